package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;

/** One packet on a link. Packets are taken from a pool and go back to it when they end. */
final class Packet {
  /** Packets start here in their buffers, so that a core which reads from 0 is found out. */
  static final int HEADROOM = 16;

  private static final int USUAL_BYTES = 2048 - HEADROOM;
  private static final byte SCRIBBLE = (byte) 0xA5;

  ByteBuffer bytes;

  /** How many packets were sent before it in its direction. */
  long index;

  long sentNanos;
  long arrivesNanos;

  /** Its place among what happens at the same instant. */
  long ticket;

  boolean secondCopy;

  /** Where it goes after the link, in a {@link Simulation}. */
  Consumer<ByteBuffer> arrival;

  private Packet(int capacity) {
    bytes = ByteBuffer.allocate(HEADROOM + capacity);
  }

  int length() {
    return bytes.limit() - HEADROOM;
  }

  /** The bytes from the start, for someone who may move the position. */
  ByteBuffer rewound() {
    return bytes.position(HEADROOM);
  }

  /** The packets that are free. One network owns it. */
  static final class Pool {
    private final ArrayDeque<Packet> free = new ArrayDeque<>();

    /** A packet with a copy of the buffer's remaining bytes; the buffer's position stays. */
    Packet copyOf(ByteBuffer source) {
      int length = source.remaining();
      Packet packet = free.pollLast();
      if (packet == null || packet.bytes.capacity() < HEADROOM + length) {
        packet = new Packet(Math.max(USUAL_BYTES, length));
      }
      packet.bytes.clear().position(HEADROOM);
      packet.bytes.put(HEADROOM, source, source.position(), length).limit(HEADROOM + length);
      packet.secondCopy = false;
      packet.arrival = null;
      return packet;
    }

    /** Scribbles over the packet, so that no one reads it by mistake, and takes it back. */
    void release(Packet packet) {
      Arrays.fill(packet.bytes.array(), 0, packet.bytes.limit(), SCRIBBLE);
      free.addLast(packet);
    }
  }
}
