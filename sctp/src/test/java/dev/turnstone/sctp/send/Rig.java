package dev.turnstone.sctp.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.congestion.AckSample;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.congestion.LossSample;
import dev.turnstone.sctp.timer.RetransmissionTimeout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A sending half whose peer and congestion controller are scripted. The first TSN is 1. */
final class Rig {
  static final long MS = 1_000_000;

  /** A controller that does what it is told and keeps what it hears. */
  static final class Script implements CongestionController {
    long window = 1 << 20;
    long rate = UNPACED;
    final List<AckSample> acks = new ArrayList<>();
    final List<LossSample> losses = new ArrayList<>();
    int recovered;
    int spurious;
    int timeouts;
    int idle;

    @Override
    public long window() {
      return window;
    }

    @Override
    public long pacingRate() {
      return rate;
    }

    @Override
    public void handleSent(long bytes, long bytesInFlight, long nowNanos) {}

    @Override
    public void handleAcked(AckSample ack) {
      acks.add(ack);
    }

    @Override
    public void handleLoss(LossSample loss) {
      losses.add(loss);
    }

    @Override
    public void handleRecovered(long nowNanos) {
      recovered++;
    }

    @Override
    public void handleSpuriousLoss(long nowNanos) {
      spurious++;
    }

    @Override
    public void handleTimeout(long nowNanos) {
      timeouts++;
    }

    @Override
    public void handleIdle(long idleNanos, long rtoNanos, long nowNanos) {
      idle++;
    }

    AckSample lastAck() {
      return acks.get(acks.size() - 1);
    }
  }

  /** User data in a full packet. */
  static final int PAYLOAD = 1160;

  /** Bytes of a full packet's chunk. */
  static final int WIRE = PAYLOAD + 16;

  final SctpOptions options = SctpOptions.builder().maxBurst(0).interleaving(false).build();
  final SendQueue queue = new SendQueue(options, event -> {});
  final Script congestion = new Script();
  final RetransmissionTimeout rto = new RetransmissionTimeout(500 * MS, 400 * MS, 10_000 * MS);
  final DataSender sender;
  long now;

  /** What the last {@link #poll} found. */
  List<DataChunk> polled = List.of();

  Rig() {
    queue.negotiated(100, true, false);
    sender = new DataSender(options, queue, congestion, rto, 1, 8 << 20);
  }

  /** Queues messages that fill a packet each. */
  Rig queue(int messages) {
    return queue(messages, SendOptions.RELIABLE_ORDERED);
  }

  Rig queue(int messages, SendOptions how) {
    for (int i = 0; i < messages; i++) {
      assertEquals(SendResult.QUEUED, queue.send(0, 51, ByteBuffer.allocate(PAYLOAD), how, now));
    }
    return this;
  }

  /** Sends what may leave now; returns the TSNs. */
  List<Integer> poll() {
    polled = new ArrayList<>();
    ByteBuffer packet = ByteBuffer.allocate(options.mtu());
    PacketWriter writer = new PacketWriter();
    while (true) {
      packet.clear();
      writer.begin(packet, 5000, 5000, 1);
      sender.write(writer, now);
      if (writer.isEmpty()) {
        return polled.stream().map(DataChunk::tsn).toList();
      }
      writer.finish();
      PacketReader reader = new PacketReader();
      assertTrue(reader.open(packet.flip(), false));
      for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
        if (chunk instanceof DataChunk data) {
          polled.add(data);
        }
      }
    }
  }

  /** Lets time go by, firing what is due on the way without sending anything. */
  void advanceTo(long nanos) {
    while (sender.nextTimeout() <= nanos) {
      now = Math.max(now, sender.nextTimeout());
      sender.handleTimeout(now);
    }
    now = nanos;
  }

  /** Moves to the next timer, fires it, and sends what may leave then. */
  List<Integer> fire() {
    now = sender.nextTimeout();
    sender.handleTimeout(now);
    return poll();
  }

  SackResult sack(int cumulativeTsn, int... gaps) {
    return sack(cumulativeTsn, gaps, new int[0]);
  }

  /** Gaps are absolute TSNs here: first and last in pairs. */
  SackResult sack(int cumulativeTsn, int[] gaps, int[] duplicates) {
    int[] offsets = new int[gaps.length];
    for (int i = 0; i < gaps.length; i++) {
      offsets[i] = gaps[i] - cumulativeTsn;
    }
    return sender.handleSack(new SackChunk(cumulativeTsn, 8 << 20, offsets, duplicates), now);
  }

  /** One chunk goes to and fro, so that the round trip is known: TSN 1 is behind us then. */
  Rig measured(long rttMillis) {
    queue(1);
    assertEquals(List.of(1), poll());
    now += rttMillis * MS;
    sack(1);
    return this;
  }
}
