package dev.turnstone.benchmarks;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
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
 * Two associations back to back: one message is sent, fragmented, reassembled, delivered, consumed
 * and acknowledged. Time is simulated: it moves a little with each message, and to the next timer
 * when both sides wait.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SctpAssociationBenchmark {
  private static final int STREAM = 1;
  private static final long PPID_BINARY = 53;
  private static final long NANOS_A_MESSAGE = 10_000;

  /** Bytes of a message. */
  @Param({"1200", "16384"})
  public int messageBytes;

  private final ByteBuffer packet = ByteBuffer.allocate(2048);
  private ByteBuffer payload;
  private SctpAssociation sender;
  private SctpAssociation receiver;
  private long now;
  private long delivered;
  private long packets;

  /** How many packets the messages took, both ways, counted for the report. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counters {
    /** Packets that either side received. */
    public long packets;
  }

  /** Connects the two, and sends one message to see that it arrives. */
  @Setup
  public void connect() {
    payload = ByteBuffer.allocate(messageBytes);
    SctpOptions options = SctpOptions.builder().build();
    sender = new SctpAssociation(options, new SplittableRandom(1));
    receiver = new SctpAssociation(options, new SplittableRandom(2));
    sender.connect(now);
    exchange();
    if (sender.state() != AssociationState.ESTABLISHED
        || receiver.state() != AssociationState.ESTABLISHED) {
      throw new IllegalStateException(sender.state() + " and " + receiver.state());
    }
    message(new Counters());
  }

  /** One message through both sides. */
  @Benchmark
  public long message(Counters counters) {
    long wanted = delivered + 1;
    long packetsBefore = packets;
    now += NANOS_A_MESSAGE;
    SendResult result =
        sender.send(STREAM, PPID_BINARY, payload.clear(), SendOptions.RELIABLE_ORDERED, now);
    if (result != SendResult.QUEUED) {
      throw new IllegalStateException("the message was not taken: " + result);
    }
    exchange();
    while (delivered != wanted) {
      waitForTimer();
      exchange();
    }
    counters.packets += packets - packetsBefore;
    return delivered;
  }

  private void waitForTimer() {
    long next = Math.min(sender.nextTimeout(), receiver.nextTimeout());
    if (next == SctpAssociation.NEVER) {
      throw new IllegalStateException("both sides wait and no timer runs");
    }
    now = Math.max(now, next);
  }

  private void exchange() {
    fireTimers(sender);
    fireTimers(receiver);
    do {
      pollEvents(sender);
      pollEvents(receiver);
    } while (move(sender, receiver) | move(receiver, sender));
  }

  private void fireTimers(SctpAssociation side) {
    if (side.nextTimeout() <= now) {
      side.handleTimeout(now);
    }
  }

  private boolean move(SctpAssociation from, SctpAssociation to) {
    boolean moved = false;
    while (from.pollPacket(packet.clear(), now)) {
      to.handlePacket(packet.flip(), now);
      packets++;
      moved = true;
    }
    return moved;
  }

  private void pollEvents(SctpAssociation side) {
    for (SctpEvent event = side.pollEvent(); event != null; event = side.pollEvent()) {
      if (event instanceof SctpEvent.MessageReceived message) {
        if (message.payload().remaining() != messageBytes) {
          throw new IllegalStateException("a message of the wrong size: " + message);
        }
        delivered++;
        side.consumed(messageBytes, now);
      } else if (event instanceof SctpEvent.Closed closed) {
        throw new IllegalStateException("closed: " + closed);
      }
    }
  }
}
