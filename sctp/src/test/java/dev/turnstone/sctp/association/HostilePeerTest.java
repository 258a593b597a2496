package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import dev.turnstone.sctp.chunk.UnknownChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A peer that knows the tags and keeps no rule. */
class HostilePeerTest {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** A connected pair whose B can be spoken to, and the numbers for it. */
  private static final class Target {
    final Peers peers;
    final int tag;
    final int tsnOfA;
    final int tsnOfB;

    Target(long seed) {
      peers = new Peers(seed);
      List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
      List<ByteBuffer> toA = peers.capture(Direction.B_TO_A);
      peers.connected();
      tag = Peers.tag(toB.get(1));
      tsnOfA = ((InitChunk) Peers.chunks(toB.get(0)).get(0)).initialTsn();
      tsnOfB = ((InitAckChunk) Peers.chunks(toA.get(0)).get(0)).initialTsn();
    }

    void hit(Chunk... chunks) {
      peers.b.association.handlePacket(Peers.packet(tag, chunks), peers.now());
    }

    List<Chunk> answers() {
      List<Chunk> answers = new ArrayList<>();
      ByteBuffer into = ByteBuffer.allocate(1191);
      while (peers.b.association.pollPacket(into.clear(), peers.now())) {
        answers.addAll(Peers.chunks(into.flip()));
      }
      return answers;
    }
  }

  @Test
  void garbageIsCountedAndHarmsNothing() {
    Seeds.run(
        1,
        seed -> {
          Peers peers = new Peers(seed).connected();
          SplittableRandom random = new SplittableRandom(seed);
          for (int i = 0; i < 5000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            peers.network.inject(Direction.A_TO_B, ByteBuffer.wrap(bytes));
          }
          peers.a.queue(0, "unharmed");
          peers.runFor(1000);
          assertEquals(List.of("unharmed"), peers.b.texts());
          assertEquals(
              5000,
              peers.b.association.metrics().badChecksums()
                  + peers.b.association.metrics().malformedPackets());
        });
  }

  @Test
  void aSackForWhatWasNeverSentIsIgnored() {
    Target target = new Target(2);
    target.peers.b.queue(0, "one");
    target.peers.runFor(1);
    target.hit(new SackChunk(target.tsnOfB + 1, 1000, new int[0], new int[0]));
    target.hit(new SackChunk(target.tsnOfB - 1, 1000, new int[] {1, 40_000}, new int[0]));
    assertEquals(2, target.peers.b.association.metrics().protocolErrors());
    assertTrue(target.peers.b.association.metrics().bytesInFlight() > 0);
    target.peers.run(() -> target.peers.a.texts().equals(List.of("one")));
  }

  @Test
  void gapBlocksThatOverlapOrGoBackwardsByTheHundredAreBoundedWork() {
    Target target = new Target(3);
    for (int i = 0; i < 1000; i++) {
      target.peers.b.send(0, new byte[1], SendOptions.RELIABLE_ORDERED);
    }
    target.answers();
    int[] gaps = new int[500];
    for (int i = 0; i < gaps.length; i += 2) {
      gaps[i] = 1 + (gaps.length - i) % 7;
      gaps[i + 1] = 9;
    }
    target.hit(new SackChunk(target.tsnOfB - 1, 1 << 20, gaps, new int[0]));
    target.peers.run(() -> target.peers.a.all(SctpEvent.MessageReceived.class).size() == 1000);
  }

  @Test
  void aReceiverThatTakesBackItsGapReportsStillGetsEverything() {
    Target target = new Target(4);
    for (int i = 0; i < 5; i++) {
      target.peers.b.send(0, new byte[1160], SendOptions.RELIABLE_ORDERED);
    }
    target.answers();
    // "I have 2 to 5, not 1", and then "I have 1, and had lost the others".
    target.hit(new SackChunk(target.tsnOfB - 1, 1 << 20, new int[] {2, 5}, new int[0]));
    target.answers();
    target.hit(new SackChunk(target.tsnOfB, 1 << 20, new int[0], new int[0]));
    assertEquals(0, target.peers.b.association.metrics().bytesInFlight());
    target.peers.b.association.handleTimeout(target.peers.b.association.nextTimeout());
    List<Chunk> again = new ArrayList<>();
    for (int i = 1; i < 5; i++) {
      again.addAll(target.answers());
      target.hit(new SackChunk(target.tsnOfB + i, 1 << 20, new int[0], new int[0]));
    }
    assertEquals(4, again.stream().filter(DataChunk.class::isInstance).count());
  }

  @Test
  void anEmptyDataChunkAborts() {
    Target target = new Target(5);
    target.hit(new DataChunk(target.tsnOfA, 0, 0, 0, false, true, true, false, NOTHING));
    target.peers.runFor(100);
    assertEquals(SctpEvent.CloseReason.PROTOCOL_VIOLATION, target.peers.b.closed().reason());
    assertEquals(SctpEvent.CloseReason.ABORTED_BY_PEER, target.peers.a.closed().reason());
  }

  @Test
  void unknownChunksAreTreatedByTheirHighBits() {
    Target target = new Target(6);
    ByteBuffer value = ByteBuffer.wrap(new byte[] {1, 2, 3});
    HeartbeatChunk heartbeat = new HeartbeatChunk(new Parameter.HeartbeatInfo(value));
    target.hit(new UnknownChunk(0x3E, 0, value), heartbeat);
    assertEquals(List.of(), target.answers());
    target.hit(new UnknownChunk(0x7E, 0, value), heartbeat);
    List<Chunk> answers = target.answers();
    assertEquals(1, answers.size());
    assertTrue(
        ((ErrorChunk) answers.get(0)).causes().get(0) instanceof ErrorCause.UnrecognizedChunkType);
    target.hit(new UnknownChunk(0xBE, 0, value), heartbeat);
    answers = target.answers();
    assertEquals(1, answers.size());
    assertTrue(answers.get(0) instanceof HeartbeatAckChunk);
    target.hit(new UnknownChunk(0xFE, 0, value), heartbeat);
    assertEquals(2, target.answers().size());
  }

  @Test
  void heartbeatsByTheThousandGetABoundedNumberOfAnswers() {
    Target target = new Target(7);
    for (int i = 0; i < 10_000; i++) {
      target.hit(new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(100))));
    }
    assertEquals(SctpOptions.defaults().maxPendingReplies(), target.answers().size());
    target.peers.a.queue(0, "alive");
    target.peers.run(() -> target.peers.b.texts().equals(List.of("alive")));
  }

  @Test
  void acknowledgementsForOneByteAtATimeDoNotInflateTheWindow() {
    Target target = new Target(8);
    long before = target.peers.b.association.metrics().congestionWindow();
    target.peers.b.send(0, new byte[1160], SendOptions.RELIABLE_ORDERED);
    target.answers();
    for (int i = 0; i < 1000; i++) {
      target.hit(new SackChunk(target.tsnOfB, 1 << 20, new int[0], new int[0]));
    }
    assertTrue(target.peers.b.association.metrics().congestionWindow() <= before + 1176);
  }

  @Test
  void chunksOfEveryKindWithAnyNumbersNeverThrowAndNeverGrow() {
    Seeds.runEach(
        2000,
        300,
        seed -> {
          Target target = new Target(seed);
          SplittableRandom random = new SplittableRandom(seed);
          for (int i = 0; i < 200; i++) {
            target.hit(chunk(random, target));
            if (random.nextInt(4) == 0) {
              target.answers();
            }
            if (random.nextInt(10) == 0) {
              target.peers.b.send(
                  random.nextInt(5),
                  new byte[1 + random.nextInt(5000)],
                  new SendOptions(random.nextBoolean(), random.nextInt(3) - 1, -1));
            }
            if (random.nextInt(20) == 0) {
              target.peers.b.association.resetStreams(
                  List.of(random.nextInt(5)), target.peers.now());
            }
            if (random.nextInt(20) == 0) {
              target.peers.runFor(random.nextInt(2000));
            }
          }
          target.answers();
          assertTrue(target.peers.b.association.metrics().bufferedBytes() <= 16 << 20);
          // Whatever it was, it comes to an end.
          target.peers.a.association.abort("done", target.peers.now());
          target.peers.b.association.abort("done", target.peers.now());
          target.peers.network.runFor(Duration.ofSeconds(1));
          assertEquals(AssociationState.CLOSED, target.peers.b.state());
          target.peers.b.closed();
          assertEquals(SctpAssociation.NEVER, target.peers.b.association.nextTimeout());
          assertEquals(
              SendResult.CLOSED, target.peers.b.send(0, "late", SendOptions.RELIABLE_ORDERED));
        });
  }

  private static int near(SplittableRandom random, int number) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt();
      case 1 -> number - random.nextInt(5);
      default -> number + random.nextInt(10);
    };
  }

  private static Chunk chunk(SplittableRandom random, Target target) {
    ByteBuffer some = ByteBuffer.allocate(random.nextInt(60));
    Parameter.HeartbeatInfo info = new Parameter.HeartbeatInfo(some);
    return switch (random.nextInt(17)) {
      case 0, 1, 2, 3 ->
          new DataChunk(
              near(random, target.tsnOfA),
              random.nextInt(4),
              random.nextInt(3),
              51,
              random.nextBoolean(),
              random.nextInt(4) > 0,
              random.nextInt(4) > 0,
              random.nextBoolean(),
              ByteBuffer.allocate(random.nextInt(30) == 0 ? 0 : 1 + random.nextInt(1000)));
      case 4, 5 ->
          new SackChunk(
              near(random, target.tsnOfB),
              random.nextInt(100_000),
              new int[] {1 + random.nextInt(9), 10 + random.nextInt(9)},
              new int[] {random.nextInt()});
      case 6 ->
          new ForwardTsnChunk(
              near(random, target.tsnOfA),
              List.of(new ForwardTsnChunk.Skip(random.nextInt(4), random.nextInt(70000) & 0xFFFF)));
      case 7 ->
          new ReconfigChunk(
              List.of(
                  new ReconfigParameter.OutgoingSsnReset(
                      near(random, target.tsnOfA),
                      near(random, target.tsnOfB),
                      near(random, target.tsnOfA),
                      List.of(random.nextInt(6))),
                  new ReconfigParameter.ReconfigResponse(
                      near(random, target.tsnOfB), random.nextInt(8))));
      case 8 ->
          new ReconfigChunk(
              List.of(
                  new ReconfigParameter.IncomingSsnReset(
                      near(random, target.tsnOfA), List.of(random.nextInt(6)))));
      case 9 -> new HeartbeatChunk(info);
      case 10 -> new HeartbeatAckChunk(info);
      case 11 ->
          random.nextInt(10) == 0
              ? new ShutdownChunk(near(random, target.tsnOfB))
              : new CookieAckChunk();
      case 12 -> random.nextInt(5) == 0 ? new ShutdownAckChunk() : new CookieEchoChunk(some);
      case 13 -> new ErrorChunk(List.of(new ErrorCause.StaleCookie(random.nextInt(1 << 30))));
      case 14 -> new UnknownChunk(200 + random.nextInt(50), 0, some);
      case 15 -> new ShutdownCompleteChunk(random.nextBoolean());
      default -> new InitAckChunk(random.nextInt(), 10_000, 10, 10, random.nextInt(), List.of());
    };
  }
}
