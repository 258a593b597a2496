package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One association whose peer is played by hand, chunk by chunk, in whatever state is wanted. */
final class Lone {
  /** The peer's tag. */
  static final int PEER_TAG = 0x1111;

  /** The peer's first TSN. */
  static final int PEER_TSN = 5000;

  /** DATA and FORWARD-TSN, and checksums: then an ABORT that answers INIT is the end. */
  static final SctpOptions CLASSIC =
      SctpOptions.builder().interleaving(false).zeroChecksum(false).build();

  /** A packet that came out. */
  record Sent(int tag, List<Chunk> chunks) {
    Chunk first() {
      return chunks.get(0);
    }
  }

  final SctpAssociation it;
  final List<SctpEvent> events = new ArrayList<>();
  long now;

  /** Its tag and first TSN, once it has said them. */
  int tag;

  int tsn;

  Lone(SctpOptions options) {
    it = new SctpAssociation(options, new SplittableRandom(1));
  }

  /** A new one in a state, with nothing left to poll. CLOSED means that nothing has begun. */
  static Lone in(AssociationState state) {
    return in(state, CLASSIC);
  }

  static Lone in(AssociationState state, SctpOptions options) {
    Lone lone = new Lone(options);
    lone.go(state);
    assertEquals(state, lone.it.state());
    return lone;
  }

  private void go(AssociationState state) {
    switch (state) {
      case CLOSED -> {}
      case COOKIE_WAIT -> {
        it.connect(now);
        InitChunk init = (InitChunk) sent().get(0).first();
        tag = init.initiateTag();
        tsn = init.initialTsn();
      }
      case COOKIE_ECHOED -> {
        go(AssociationState.COOKIE_WAIT);
        hit(initAck(Peers.CLASSIC.receiveBuffer(), 100, 100, cookie()));
        sent();
      }
      case ESTABLISHED -> {
        go(AssociationState.COOKIE_ECHOED);
        hit(new CookieAckChunk());
        sent();
      }
      case SHUTDOWN_PENDING -> {
        go(AssociationState.ESTABLISHED);
        sendOne();
        it.shutdown(now);
        sent();
      }
      case SHUTDOWN_SENT -> {
        go(AssociationState.ESTABLISHED);
        it.shutdown(now);
        sent();
      }
      case SHUTDOWN_RECEIVED -> {
        go(AssociationState.ESTABLISHED);
        sendOne();
        hit(new ShutdownChunk(tsn - 1));
        sent();
      }
      case SHUTDOWN_ACK_SENT -> {
        go(AssociationState.ESTABLISHED);
        hit(new ShutdownChunk(tsn - 1));
        sent();
      }
    }
    events.clear();
  }

  private void sendOne() {
    assertEquals(
        SendResult.QUEUED,
        it.send(0, 51, ByteBuffer.wrap(new byte[10]), SendOptions.RELIABLE_ORDERED, now));
    sent();
  }

  /** The peer's INIT ACK with its tag and TSN. */
  static InitAckChunk initAck(long window, int out, int in, Parameter... parameters) {
    return new InitAckChunk(PEER_TAG, window, out, in, PEER_TSN, List.of(parameters));
  }

  static InitChunk init(int tag, Parameter... parameters) {
    return new InitChunk(tag, 100_000, 100, 100, PEER_TSN, List.of(parameters));
  }

  /** Some cookie of the peer's. */
  static Parameter cookie() {
    return new Parameter.StateCookie(ByteBuffer.wrap(new byte[20]));
  }

  /** A whole message on stream 0 in one chunk. */
  static DataChunk data(int tsn, int ssn) {
    return new DataChunk(tsn, 0, ssn, 51, false, true, true, false, ByteBuffer.allocate(10));
  }

  /** Acknowledges all up to a TSN. */
  static SackChunk sack(int cumulativeTsn) {
    return new SackChunk(cumulativeTsn, 100_000, new int[0], new int[0]);
  }

  /** A packet with the right tag. */
  void hit(Chunk... chunks) {
    hitWithTag(tag, chunks);
  }

  void hitWithTag(int with, Chunk... chunks) {
    it.handlePacket(Peers.packet(with, chunks), now);
  }

  /** What comes out now. */
  List<Sent> sent() {
    List<Sent> sent = new ArrayList<>();
    ByteBuffer into = ByteBuffer.allocate(70_000);
    while (it.pollPacket(into.clear(), now)) {
      into.flip();
      sent.add(new Sent(Peers.tag(into), copyOf(into)));
    }
    for (SctpEvent event = it.pollEvent(); event != null; event = it.pollEvent()) {
      events.add(event);
    }
    return sent;
  }

  private static List<Chunk> copyOf(ByteBuffer packet) {
    return Peers.chunks(Peers.copy(packet));
  }

  List<Chunk> chunks() {
    return sent().stream().flatMap(packet -> packet.chunks().stream()).toList();
  }

  /** Goes to the next timeout and fires it. */
  List<Chunk> fire() {
    now = it.nextTimeout();
    it.handleTimeout(now);
    return chunks();
  }

  /** The cookie that an INIT with that tag gets. */
  Cookie cookieFor(InitChunk init) {
    hitWithTag(0, init);
    InitAckChunk ack = (InitAckChunk) sent().get(0).first();
    return new Cookie(ack.initiateTag(), ack.initialTsn(), cookieOf(ack));
  }

  /**
   * What an INIT ACK of ours said.
   *
   * @param tag its tag
   * @param tsn its TSN
   * @param bytes its cookie
   */
  record Cookie(int tag, int tsn, ByteBuffer bytes) {
    CookieEchoChunk echo() {
      return new CookieEchoChunk(bytes.duplicate());
    }
  }

  static ByteBuffer cookieOf(InitAckChunk ack) {
    for (Parameter parameter : ack.parameters()) {
      if (parameter instanceof Parameter.StateCookie found) {
        return Peers.copy(found.cookie());
      }
    }
    throw new AssertionError("no cookie in " + ack);
  }

  SctpEvent.Closed closed() {
    sent();
    return (SctpEvent.Closed) events.get(events.size() - 1);
  }
}
