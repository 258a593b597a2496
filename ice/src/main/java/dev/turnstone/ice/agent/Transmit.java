package dev.turnstone.ice.agent;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A STUN message that is to leave.
 *
 * @param base from where
 * @param remote to where
 * @param message the bytes, between position and limit
 */
public record Transmit(Base base, InetSocketAddress remote, ByteBuffer message) {}
