package dev.turnstone.ice.agent;

import java.net.InetSocketAddress;

/**
 * Where packets go: a base of ours and an address of the peer.
 *
 * @param base ours
 * @param remote the peer's
 */
public record Path(Base base, InetSocketAddress remote) {}
