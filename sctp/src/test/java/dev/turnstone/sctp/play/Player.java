package dev.turnstone.sctp.play;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One side of a {@link Game}: an association, its application and what is on its way to it. */
final class Player {
  private static final int ID = 4;

  private record Sent(int stream, int size, SendOptions options) {
    boolean reliable() {
      return options.maxRetransmits() < 0 && options.lifetimeNanos() < 0 && options.priority() < 0;
    }
  }

  final SctpAssociation it;
  final Deque<byte[]> inbox = new ArrayDeque<>();
  final List<byte[]> received = new ArrayList<>();
  SctpEvent.Closed closed;
  boolean begun;
  boolean connected;

  private final List<Sent> sent = new ArrayList<>();
  private final Map<Integer, Integer> lastOrdered = new HashMap<>();
  private boolean[] arrived = new boolean[16];
  private long unconsumed;

  Player(SctpOptions options, long seed, BufferBudget budget) {
    it = new SctpAssociation(options, new SplittableRandom(seed), budget);
  }

  boolean isOver() {
    return closed != null;
  }

  /** Nothing is waiting, in flight or unread. */
  boolean isAtRest() {
    return inbox.isEmpty()
        && (isOver()
            || it.state() == AssociationState.ESTABLISHED
                && it.metrics().heldBytes() == 0
                && it.metrics().bufferedBytes() == 0);
  }

  void send(int stream, int size, SendOptions options, long now) {
    int whole = Math.max(size, ID);
    ByteBuffer payload = ByteBuffer.allocate(whole).putInt(sent.size());
    while (payload.hasRemaining()) {
      payload.put(filler(sent.size(), payload.position()));
    }
    if (it.send(stream, 51, payload.flip(), options, now) == SendResult.QUEUED) {
      sent.add(new Sent(stream, whole, options));
    }
  }

  private static byte filler(int id, int position) {
    return (byte) (31 * id + position);
  }

  void consume(long bytes, long now) {
    long taken = Math.min(bytes, unconsumed);
    unconsumed -= taken;
    it.consumed(taken, now);
  }

  void consumeAll(long now) {
    if (unconsumed > 0) {
      consume(unconsumed, now);
    }
  }

  /** Reads the events; with an honest peer each message must be one that it sent. */
  void readEvents(Player peer, boolean honest) {
    for (SctpEvent event = it.pollEvent(); event != null; event = it.pollEvent()) {
      assertFalse(isOver(), "Closed is the last event");
      if (event instanceof SctpEvent.MessageReceived message) {
        unconsumed += message.payload().remaining();
        if (honest) {
          check(message, peer);
        }
      } else if (event instanceof SctpEvent.Connected) {
        connected = true;
      } else if (event instanceof SctpEvent.Closed end) {
        closed = end;
      }
    }
  }

  private void check(SctpEvent.MessageReceived message, Player peer) {
    ByteBuffer payload = message.payload();
    assertTrue(payload.remaining() >= ID, "a message has lost its end");
    int id = payload.getInt(payload.position());
    assertTrue(id >= 0 && id < peer.sent.size(), () -> "message " + id + " was never sent");
    Sent original = peer.sent.get(id);
    assertEquals(original.stream(), message.streamId());
    assertEquals(original.size(), payload.remaining());
    for (int i = ID; i < original.size(); i++) {
      assertEquals(filler(id, i), payload.get(payload.position() + i), "a byte is wrong");
    }
    if (id >= arrived.length) {
      arrived = Arrays.copyOf(arrived, 2 * id);
    }
    assertFalse(arrived[id], () -> "message " + id + " arrived twice");
    arrived[id] = true;
    if (original.options().ordered()) {
      Integer before = lastOrdered.put(message.streamId(), id);
      assertTrue(before == null || before < id, () -> id + " arrived after " + before);
    }
  }

  /** Whatever this one sent reliably has arrived there. */
  void assertAllArrivedAt(Player peer) {
    for (int id = 0; id < sent.size(); id++) {
      boolean there = id < peer.arrived.length && peer.arrived[id];
      int lost = id;
      assertTrue(there || !sent.get(id).reliable(), () -> "lost " + lost + " " + sent.get(lost));
    }
  }

  /** What holds at every moment, whatever the peer is. */
  void assertBounded(SctpOptions options) {
    var metrics = it.metrics();
    assertTrue(
        metrics.bufferedBytes() >= 0 && metrics.bufferedBytes() <= options.sendBuffer(),
        () -> "buffered " + metrics);
    assertTrue(
        metrics.heldBytes() >= 0
            && metrics.heldBytes()
                <= options.sendBuffer() + options.maxInFlight() + options.maxMessageSize(),
        () -> "held " + metrics);
    assertTrue(
        metrics.bytesInFlight() >= 0
            && metrics.bytesInFlight() <= options.maxInFlight() + options.mtu(),
        () -> "in flight " + metrics);
    assertTrue(
        metrics.receiveWindow() >= 0 && metrics.receiveWindow() <= options.receiveBufferMax(),
        () -> "window " + metrics);
    assertTrue(
        unconsumed <= options.receiveBufferMax() + options.maxReceivedMessageSize(),
        () -> unconsumed + " bytes delivered and not consumed");
  }

  @Override
  public String toString() {
    return it.state() + " " + closed + " " + it.metrics();
  }
}
