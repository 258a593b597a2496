package dev.turnstone.ice.mdns;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A message to send.
 *
 * @param packet its bytes
 * @param link where, or {@link MulticastDns#ALL_LINKS}
 * @param to to whom; empty means everyone on the link, by the group
 */
public record MdnsTransmit(ByteBuffer packet, int link, Optional<InetSocketAddress> to) {}
