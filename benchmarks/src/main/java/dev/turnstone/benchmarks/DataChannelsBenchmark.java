package dev.turnstone.benchmarks;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelSendResult;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.datachannel.DataChannels;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Bulk over one data channel, driven as the product's loop drives it: a turn takes in up to 64
 * packets, then tells what has happened, then drains. One operation is one message, sent on one
 * side and taken on the other. Time is simulated: each way takes 50 us.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DataChannelsBenchmark {
  private static final int BATCH_PACKETS = 64;
  private static final long WAY_NANOS = 50_000;
  private static final int QUEUED_BYTES = 256 << 10;

  /** Bytes of a message. */
  @Param({"100", "1024", "16384", "65536"})
  public int messageBytes;

  private long now;
  private long packets;
  private Side sender;
  private Side receiver;
  private ChannelHandle channel;

  /** How many packets the messages took, both ways, counted for the report. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Packets that either side received. */
    public long packets;
  }

  /** One side, and the batch that is on its way to it. */
  private final class Side {
    private final SctpAssociation association;
    private final DataChannels channels;
    private final ByteBuffer[] batch = new ByteBuffer[BATCH_PACKETS];
    private int batched;

    Side(long seed) {
      association = new SctpAssociation(SctpOptions.builder().build(), new SplittableRandom(seed));
      channels = new DataChannels(association, DataChannels.DEFAULT_MAX_CHANNELS);
      channels.start(seed == 1, 256 << 10, now);
      for (int i = 0; i < BATCH_PACKETS; i++) {
        batch[i] = ByteBuffer.allocate(2048);
      }
    }

    /** Takes the batch in, tells what has happened, and drains into the other side's batch. */
    boolean turn(Side other) {
      for (int i = 0; i < batched; i++) {
        association.handlePacket(batch[i].flip(), now);
        batch[i].clear();
      }
      packets += batched;
      boolean moved = batched > 0;
      batched = 0;
      if (association.nextTimeout() <= now) {
        association.handleTimeout(now);
      }
      boolean more;
      do {
        more = pollEvents();
        while (other.batched < BATCH_PACKETS
            && association.pollPacket(other.batch[other.batched], now)) {
          other.batched++;
          more = true;
        }
        moved |= more;
      } while (more && other.batched < BATCH_PACKETS);
      return moved;
    }

    private boolean pollEvents() {
      boolean any = false;
      for (SctpEvent event = association.pollEvent();
          event != null;
          event = association.pollEvent()) {
        any = true;
        channels.handleSctpEvent(event, now);
      }
      for (DataChannelEvent event = channels.pollEvent();
          event != null;
          event = channels.pollEvent()) {
        any = true;
        if (event instanceof DataChannelEvent.MessageReceived message) {
          if (message.payload().remaining() != messageBytes) {
            throw new IllegalStateException("a message of the wrong size: " + message);
          }
          channels.consumed(messageBytes, now);
        } else if (event instanceof DataChannelEvent.Failed failed) {
          throw new IllegalStateException("failed: " + failed);
        }
      }
      return any;
    }
  }

  /** Connects the two and opens a channel. */
  @Setup
  public void connect() {
    sender = new Side(1);
    receiver = new Side(2);
    channel = sender.channels.create("bulk", DataChannelOptions.builder().build(), now);
    sender.association.connect(now);
    while (channel.state() != DataChannelState.OPEN) {
      turns();
    }
  }

  /** One message through both sides. */
  @Benchmark
  public long message(Counters counters) {
    long before = packets;
    DataChannelSendResult result =
        sender.channels.send(channel, true, ByteBuffer.allocate(messageBytes), now);
    if (result != DataChannelSendResult.QUEUED) {
      throw new IllegalStateException("the message was not taken: " + result);
    }
    while (sender.association.bufferedAmount() >= QUEUED_BYTES) {
      turns();
    }
    counters.packets += packets - before;
    return packets;
  }

  private void turns() {
    boolean moved = receiver.turn(sender);
    now += WAY_NANOS;
    moved |= sender.turn(receiver);
    now += WAY_NANOS;
    if (!moved && sender.batched == 0 && receiver.batched == 0) {
      now =
          Math.max(
              now, Math.min(sender.association.nextTimeout(), receiver.association.nextTimeout()));
    }
  }

  /** For reports: the time that the messages took on the simulated path, nanoseconds. */
  long simulatedNanos() {
    return now;
  }
}
