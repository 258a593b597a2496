package dev.turnstone.sctp.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.congestion.NewReno;
import dev.turnstone.sctp.timer.RetransmissionTimeout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is given up frees its memory at once (RFC 3758, RFC 7496). */
class AbandonedMemoryTest {
  private static final long MS = 1_000_000;

  private final SctpOptions options = SctpOptions.builder().sendBuffer(100_000).build();
  private final List<SctpEvent> events = new ArrayList<>();
  private final SendQueue queue = new SendQueue(options, events::add);
  private DataSender sender;

  private void connect(boolean interleaving) {
    queue.negotiated(100, true, interleaving);
    sender =
        new DataSender(
            options,
            queue,
            new NewReno(options.mtu(), 10L * options.mtu()),
            new RetransmissionTimeout(500 * MS, 400 * MS, 10_000 * MS),
            1,
            1 << 20);
  }

  private SendResult send(int stream, int size, SendOptions how) {
    return queue.send(stream, 51, ByteBuffer.allocate(size), how, 0);
  }

  /** Sends as many packets as may leave now. */
  private int sendPackets(long nowNanos) {
    PacketWriter writer = new PacketWriter();
    int packets = 0;
    while (true) {
      writer.begin(ByteBuffer.allocate(options.mtu()), 5000, 5000, 1);
      sender.write(writer, nowNanos);
      if (writer.isEmpty()) {
        return packets;
      }
      packets++;
    }
  }

  private static SendOptions lifetime(long millis) {
    return new SendOptions(true, -1, millis * MS);
  }

  @Test
  void theBytesOfAMessageThatExpiresHalfSentGoAtOnceThoughItsChunksAreOutstanding() {
    for (boolean interleaving : new boolean[] {false, true}) {
      connect(interleaving);
      assertEquals(SendResult.QUEUED, send(0, 50_000, lifetime(100)));
      OutgoingMessage message = queue.front();
      assertTrue(sendPackets(0) > 5);
      assertNotNull(message.payload());
      assertTrue(queue.buffered() > 0 && queue.buffered() < 50_000);
      sender.handleTimeout(100 * MS);
      assertNull(message.payload(), "the chunks that are still outstanding hold no bytes");
      assertEquals(0, queue.buffered());
      assertEquals(0, queue.buffered(0));
      assertEquals(0, sender.bytesInFlight());
      assertTrue(sender.isOutstanding(), "until the peer has heard of it");
      assertTrue(events.contains(new SctpEvent.MessageAbandoned(0, 51)));
    }
  }

  @Test
  void theBytesOfAMessageThatWasSentWholeGoWhenItsLastTryIsSpent() {
    connect(true);
    send(0, 5_000, new SendOptions(true, 0, -1));
    OutgoingMessage message = queue.front();
    sendPackets(0);
    assertEquals(0, queue.buffered());
    assertNotNull(message.payload(), "it may have to be sent again");
    sender.handleTimeout(500 * MS);
    assertNull(message.payload());
    assertEquals(0, sender.bytesInFlight());
    assertEquals(1, queue.abandonedByPolicy().retransmitsSent());
    assertEquals(0, queue.abandonedByPolicy().retransmitsUnsent());
  }

  @Test
  void theBytesOfAMessageThatNeverLeftGoWhenItExpires() {
    connect(false);
    send(0, 90_000, SendOptions.RELIABLE_ORDERED);
    send(0, 9_000, lifetime(10));
    sendPackets(0);
    long before = queue.buffered();
    sender.handleTimeout(10 * MS);
    assertEquals(before - 9_000, queue.buffered());
    assertEquals(1, queue.abandonedByPolicy().lifetimeUnsent());
    assertEquals(0, queue.abandonedByPolicy().lifetimeSent());
  }

  @Test
  void aHalfSentMessageMakesRoomForAMoreImportantOneAndThePeerIsTold() {
    for (boolean interleaving : new boolean[] {false, true}) {
      events.clear();
      connect(interleaving);
      assertEquals(
          SendResult.QUEUED, send(3, 100_000, SendOptions.RELIABLE_ORDERED.withPriority(7)));
      OutgoingMessage message = queue.front();
      sendPackets(0);
      assertEquals(
          SendResult.QUEUED, send(4, 100_000, SendOptions.RELIABLE_ORDERED.withPriority(6)));
      assertNull(message.payload());
      assertEquals(100_000, queue.buffered());
      assertEquals(0, sender.bytesInFlight());
      assertEquals(List.of(new SctpEvent.MessageAbandoned(3, 51)), abandoned());
      assertTrue(sender.isReady(0), "a FORWARD TSN is due");
      queue.clear();
    }
    assertEquals(2, queue.abandonedByPolicy().prioritySent());
  }

  private List<SctpEvent> abandoned() {
    return events.stream().filter(SctpEvent.MessageAbandoned.class::isInstance).toList();
  }
}
