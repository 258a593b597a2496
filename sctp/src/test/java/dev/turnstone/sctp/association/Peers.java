package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.CongestionControl;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.Endpoint;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import dev.turnstone.testkit.SimulatedNetwork;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Two associations on a simulated network, and what they told. */
final class Peers {
  static final Duration LONG = Duration.ofMinutes(10);

  /** What most tests speak: DATA and FORWARD-TSN. */
  static final SctpOptions CLASSIC = SctpOptions.builder().interleaving(false).build();

  /** The same with a window, and not a model of the path. */
  static final SctpOptions WINDOWED =
      SctpOptions.builder()
          .interleaving(false)
          .congestionControl(CongestionControl.NEW_RENO)
          .build();

  static final LinkOptions LINK = LinkOptions.PERFECT.withDelay(Duration.ofMillis(10));

  /** One side. */
  final class Side {
    final SctpAssociation association;
    final List<SctpEvent> events = new ArrayList<>();
    boolean consumes = true;

    Side(SctpOptions options, long seed, BufferBudget budget) {
      association = new SctpAssociation(options, new SplittableRandom(seed), budget);
    }

    private void poll() {
      for (SctpEvent event = association.pollEvent();
          event != null;
          event = association.pollEvent()) {
        events.add(event);
        if (consumes && event instanceof SctpEvent.MessageReceived message) {
          association.consumed(message.payload().remaining(), now());
        }
      }
    }

    SendResult send(int stream, String text, SendOptions options) {
      return send(stream, text.getBytes(StandardCharsets.UTF_8), options);
    }

    SendResult send(int stream, byte[] bytes, SendOptions options) {
      return association.send(stream, 51, ByteBuffer.wrap(bytes), options, now());
    }

    void queue(int stream, String text) {
      assertEquals(SendResult.QUEUED, send(stream, text, SendOptions.RELIABLE_ORDERED));
    }

    <E extends SctpEvent> List<E> all(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<String> texts() {
      return all(SctpEvent.MessageReceived.class).stream()
          .map(message -> StandardCharsets.UTF_8.decode(message.payload().duplicate()).toString())
          .toList();
    }

    SctpEvent.Closed closed() {
      List<SctpEvent.Closed> closed = all(SctpEvent.Closed.class);
      assertEquals(1, closed.size(), () -> association + " told " + events);
      assertEquals(events.get(events.size() - 1), closed.get(0), "Closed is the last event");
      return closed.get(0);
    }

    AssociationState state() {
      return association.state();
    }
  }

  final Side a;
  final Side b;
  final SimulatedNetwork network;

  Peers(long seed) {
    this(seed, CLASSIC, CLASSIC, LINK);
  }

  Peers(long seed, LinkOptions link) {
    this(seed, CLASSIC, CLASSIC, link);
  }

  Peers(long seed, SctpOptions aOptions, SctpOptions bOptions, LinkOptions link) {
    this(seed, aOptions, bOptions, link, BufferBudget.unlimited(), BufferBudget.unlimited());
  }

  Peers(
      long seed,
      SctpOptions aOptions,
      SctpOptions bOptions,
      LinkOptions link,
      BufferBudget aBudget,
      BufferBudget bBudget) {
    a = new Side(aOptions, seed * 2, aBudget);
    b = new Side(bOptions, seed * 2 + 1, bBudget);
    network = new SimulatedNetwork(seed, endpoint(a), endpoint(b), link);
    network.afterTurn(
        () -> {
          a.poll();
          b.poll();
        });
  }

  private static Endpoint endpoint(Side side) {
    SctpAssociation association = side.association;
    return Endpoint.of(
        association::handlePacket,
        association::handleTimeout,
        association::nextTimeout,
        association::pollPacket);
  }

  long now() {
    return network.nowNanos();
  }

  Side other(Side side) {
    return side == a ? b : a;
  }

  /** A connects to B. */
  Peers connected() {
    a.association.connect(now());
    runUntilConnected();
    return this;
  }

  void runUntilConnected() {
    run(
        () ->
            a.state() == AssociationState.ESTABLISHED && b.state() == AssociationState.ESTABLISHED);
  }

  void run(java.util.function.BooleanSupplier done) {
    assertTrue(
        network.runUntil(done, LONG),
        () ->
            "still not after "
                + network.elapsed()
                + ": A "
                + a.association
                + " "
                + a.association.metrics()
                + " "
                + a.events
                + ", B "
                + b.association
                + " "
                + b.association.metrics()
                + " "
                + b.events);
  }

  void runFor(long millis) {
    network.runFor(Duration.ofMillis(millis));
  }

  /** Drops the first packets of a direction that the predicate likes, as many as said. */
  void drop(Direction direction, int count, Predicate<List<Chunk>> which) {
    int[] left = {count};
    network.setFilter(
        (where, index, packet) -> {
          if (where == direction && left[0] > 0 && which.test(chunks(packet))) {
            left[0]--;
            return PacketFilter.Verdict.DROP;
          }
          return PacketFilter.Verdict.KEEP;
        });
  }

  static Predicate<List<Chunk>> has(Class<? extends Chunk> type) {
    return chunks -> chunks.stream().anyMatch(type::isInstance);
  }

  /** Collects the chunks that one direction sends from now on. */
  List<Chunk> record(Direction direction) {
    List<Chunk> seen = new ArrayList<>();
    network.onSent(
        (where, packet, nowNanos) -> {
          if (where == direction) {
            seen.addAll(chunks(copy(packet)));
          }
        });
    return seen;
  }

  /** Collects the packets that one direction sends from now on. */
  List<ByteBuffer> capture(Direction direction) {
    List<ByteBuffer> seen = new ArrayList<>();
    network.onSent(
        (where, packet, nowNanos) -> {
          if (where == direction) {
            seen.add(copy(packet));
          }
        });
    return seen;
  }

  static ByteBuffer copy(ByteBuffer packet) {
    ByteBuffer copy = ByteBuffer.allocate(packet.remaining());
    return copy.put(packet.duplicate()).flip();
  }

  static List<Chunk> chunks(ByteBuffer packet) {
    PacketReader reader = new PacketReader();
    List<Chunk> chunks = new ArrayList<>();
    assertTrue(reader.open(packet, true), "we never send a broken packet");
    for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
      chunks.add(chunk);
    }
    assertEquals(null, reader.malformed());
    return chunks;
  }

  static int tag(ByteBuffer packet) {
    return packet.getInt(packet.position() + 4);
  }

  static ByteBuffer packet(int tag, Chunk... chunks) {
    ByteBuffer packet = ByteBuffer.allocate(2000);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 5000, 5000, tag);
    for (Chunk chunk : chunks) {
      writer.write(chunk);
    }
    writer.finish();
    return packet.flip();
  }
}
