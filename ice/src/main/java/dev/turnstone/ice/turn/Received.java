package dev.turnstone.ice.turn;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Data that came from a peer through the server.
 *
 * @param peer who sent it, as the server says
 * @param data the bytes, borrowed with the packet that they came in
 */
public record Received(InetSocketAddress peer, ByteBuffer data) {}
