package dev.turnstone.sctp.send;

import static dev.turnstone.sctp.send.Rig.MS;
import static dev.turnstone.sctp.send.Rig.WIRE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.congestion.LossSample;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses found by time and by probes (RFC 8985), against a scripted peer. */
class LossDetectionTest {
  private final Rig rig = new Rig().measured(100);

  @Test
  void whatThreeLaterPacketsPassIsLostAtOnce() {
    assertEquals(List.of(2, 3, 4, 5, 6), rig.queue(5).poll());
    rig.now += 100 * MS;
    rig.sack(1, 3, 5);
    assertEquals(List.of(2), rig.poll());
    assertEquals(
        List.of(new LossSample(rig.now, WIRE, 2 * WIRE, WIRE, true)), rig.congestion.losses);
    assertEquals(1, rig.sender.fastRetransmissions());
    assertEquals(WIRE, rig.congestion.lastAck().lostBytes());
    assertEquals(WIRE, rig.congestion.lastAck().lost());
    rig.now += 100 * MS;
    rig.sack(6);
    assertEquals(1, rig.congestion.recovered);
    assertEquals(0, rig.sender.timeouts());
  }

  @Test
  void whatOnePacketPassesIsLostAfterAQuarterOfARoundTrip() {
    rig.queue(2).poll();
    rig.now += 100 * MS;
    long told = rig.now;
    rig.sack(1, 3, 3);
    assertEquals(List.of(), rig.poll());
    assertEquals(List.of(2), rig.fire());
    assertEquals(told + 25 * MS, rig.now);
    assertEquals(0, rig.sender.timeouts());
  }

  @Test
  void manySmallChunksInOnePacketThatOvertakesShowNoLoss() {
    rig.queue(1);
    for (int i = 0; i < 10; i++) {
      rig.queue.send(0, 51, ByteBuffer.allocate(20), SendOptions.RELIABLE_ORDERED, rig.now);
    }
    assertEquals(11, rig.poll().size());
    rig.now += 100 * MS;
    rig.sack(1, 3, 12);
    assertEquals(List.of(), rig.poll());
    rig.now += MS;
    rig.sack(12);
    assertEquals(0, rig.sender.retransmissions());
  }

  @Test
  void aRetransmissionThatIsLostIsFoundByWhatWasSentAfterIt() {
    rig.queue(4).poll();
    rig.now += 100 * MS;
    rig.sack(1, 3, 5);
    rig.queue(4);
    assertEquals(List.of(2, 6, 7, 8, 9), rig.poll());
    rig.now += 100 * MS;
    rig.sack(1, 3, 9);
    assertEquals(List.of(2), rig.poll());
    assertEquals(2, rig.congestion.losses.size());
    assertFalse(rig.congestion.losses.get(1).beginsRecovery(), "one reaction for a round trip");
    rig.now += 100 * MS;
    rig.sack(9);
    assertEquals(0, rig.sender.timeouts());
    assertEquals(2, rig.sender.retransmissions());
  }

  @Test
  void aLostTailIsProbedAfterTwoRoundTripsAndTheProbeAsksForAnAnswer() {
    long sent = rig.now;
    rig.queue(3).poll();
    assertEquals(List.of(4), rig.fire());
    assertEquals(sent + 200 * MS, rig.now);
    DataChunk probe = rig.polled.get(0);
    assertTrue(probe.immediate());
    rig.now += 100 * MS;
    rig.sack(1, 4, 4);
    // The probe arrived, so the two before it are lost by time.
    assertEquals(List.of(2, 3), rig.poll());
    rig.now += 100 * MS;
    rig.sack(4);
    assertEquals(0, rig.sender.timeouts());
    assertEquals(1, rig.sender.tailLossProbes());
    assertEquals(1, rig.congestion.losses.stream().filter(LossSample::beginsRecovery).count());
  }

  @Test
  void aProbeIsNewDataWhereThereIsSome() {
    rig.congestion.window = 2 * WIRE;
    assertEquals(List.of(2, 3), rig.queue(4).poll());
    assertEquals(List.of(4), rig.fire());
    assertEquals(0, rig.sender.retransmissions());
    assertEquals(1, rig.sender.tailLossProbes());
  }

  @Test
  void theWindowAnswersForALossThatTheProbeItselfRepairs() {
    rig.queue(2).poll();
    assertEquals(List.of(3), rig.fire());
    rig.now += 100 * MS;
    rig.sack(3);
    assertEquals(1, rig.congestion.losses.size());
    assertTrue(rig.congestion.losses.get(0).beginsRecovery());
    assertEquals(0, rig.sender.spuriousRetransmissions());
  }

  @Test
  void theWindowDoesNotAnswerForAProbeThatWasNotNeeded() {
    rig.queue(2).poll();
    assertEquals(List.of(3), rig.fire());
    rig.now += 100 * MS;
    // Both copies of 3 have arrived.
    rig.sack(3, new int[0], new int[] {3});
    assertEquals(List.of(), rig.congestion.losses);
    assertEquals(1, rig.sender.spuriousRetransmissions());
  }

  @Test
  void anAnswerThatComesTooSoonIsNotTheProbes() {
    rig.queue(2).poll();
    assertEquals(List.of(3), rig.fire());
    rig.now += 10 * MS;
    rig.sack(3);
    assertEquals(List.of(), rig.congestion.losses);
    assertEquals(1, rig.sender.spuriousRetransmissions());
  }

  @Test
  void theLastResortComesOnlyAfterTheProbeHasHadItsTime() {
    rig.queue(1).poll();
    assertEquals(List.of(2), rig.fire());
    long probed = rig.now;
    assertEquals(List.of(2), rig.fire());
    assertEquals(probed + 400 * MS, rig.now);
    assertEquals(1, rig.sender.timeouts());
    assertEquals(1, rig.sender.tailLossProbes());
  }

  @Test
  void aSilentPathIsProbedOnceThoughMoreIsSent() {
    rig.queue(1).poll();
    rig.fire();
    long probed = rig.now;
    for (int i = 1; i < 10; i++) {
      rig.advanceTo(probed + i * 40 * MS);
      rig.queue(1).poll();
    }
    rig.advanceTo(probed + 400 * MS);
    assertEquals(1, rig.sender.timeouts());
    assertEquals(1, rig.sender.tailLossProbes());
  }

  @Test
  void aMessageThatMayNotBeSentAgainIsNoProbe() {
    rig.queue(1, new SendOptions(true, 0, -1)).poll();
    assertEquals(List.of(), rig.fire());
    assertEquals(0, rig.sender.retransmissions());
    assertEquals(0, rig.sender.tailLossProbes());
  }

  @Test
  void theLastRetransmissionOfARecoveryIsProbedToo() {
    rig.queue(4).poll();
    rig.now += 100 * MS;
    rig.sack(1, 3, 5);
    assertEquals(List.of(2), rig.poll());
    assertEquals(List.of(2), rig.fire());
    rig.now += 100 * MS;
    rig.sack(5);
    assertEquals(0, rig.sender.timeouts());
  }

  @Test
  void aFlightAsksForAnAnswerAtItsEndOnceInARoundTrip() {
    rig.queue(3).poll();
    assertEquals(
        List.of(false, false, true), rig.polled.stream().map(DataChunk::immediate).toList());
    rig.queue(1).poll();
    assertFalse(rig.polled.get(0).immediate());
    rig.now += 100 * MS;
    rig.queue(1).poll();
    assertTrue(rig.polled.get(0).immediate());
  }

  @Test
  void aShortPathLeavesTheAnswerToThePeer() {
    Rig near = new Rig().measured(1);
    long sent = near.now;
    near.queue(1).poll();
    assertFalse(near.polled.get(0).immediate());
    // So a single packet is not missed before the peer's delay is over.
    near.fire();
    assertEquals(sent + 210 * MS, near.now);
  }
}
