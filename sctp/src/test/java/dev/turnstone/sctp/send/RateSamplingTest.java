package dev.turnstone.sctp.send;

import static dev.turnstone.sctp.send.Rig.MS;
import static dev.turnstone.sctp.send.Rig.WIRE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.congestion.AckSample;
import org.junit.jupiter.api.Test;

/** Delivery rates, and whose limit they are. */
class RateSamplingTest {
  private final Rig rig = new Rig().measured(100);

  @Test
  void aWindowInARoundTripIsItsRate() {
    rig.congestion.window = 10 * WIRE;
    assertEquals(10, rig.queue(30).poll().size());
    rig.now += 100 * MS;
    rig.sack(11);
    assertEquals(10, rig.poll().size());
    rig.now += 100 * MS;
    rig.sack(21);
    AckSample ack = rig.congestion.lastAck();
    assertEquals(10 * WIRE, ack.ackedBytes());
    assertEquals(21 * WIRE, ack.delivered());
    assertEquals(11 * WIRE, ack.priorDelivered());
    assertEquals(10 * WIRE, ack.priorInFlight());
    assertEquals(10 * WIRE, ack.bytesInFlightBefore());
    assertEquals(0, ack.bytesInFlight());
    assertEquals(100 * MS, ack.intervalNanos());
    assertEquals(100 * MS, ack.rttNanos());
    assertEquals(100 * WIRE, ack.deliveryRate());
    assertFalse(ack.appLimited());
  }

  @Test
  void aSenderWithNothingMoreToSendIsLimitedByItsApplication() {
    rig.queue(3).poll();
    rig.queue(1).poll();
    rig.now += 100 * MS;
    rig.sack(4);
    assertTrue(rig.congestion.lastAck().appLimited());
  }

  @Test
  void theMarkGoesWithWhatWasInFlightWhenItWasSet() {
    rig.queue(3).poll();
    rig.congestion.window = 8 * WIRE;
    rig.now += 50 * MS;
    rig.queue(100).poll();
    rig.now += 50 * MS;
    rig.sack(4);
    rig.poll();
    rig.now += 100 * MS;
    rig.sack(9);
    rig.poll();
    rig.now += 100 * MS;
    rig.sack(12);
    assertTrue(rig.congestion.lastAck().appLimited());
    rig.poll();
    rig.now += 100 * MS;
    rig.sack(13);
    assertFalse(rig.congestion.lastAck().appLimited());
  }

  @Test
  void aSenderThatIsHeldByPacingIsNotLimitedByItsApplication() {
    rig.queue(1).poll();
    rig.now += 100 * MS;
    rig.sack(2);
    rig.congestion.rate = 100_000;
    rig.queue(60).poll();
    int sent = rig.polled.size();
    rig.now += 100 * MS;
    rig.sack(2 + sent);
    int more = rig.poll().size();
    rig.now += 100 * MS;
    rig.sack(2 + sent + more);
    assertFalse(rig.congestion.lastAck().appLimited());
  }

  @Test
  void theShortestRoundTripIsForgottenAfterAWhile() {
    MinimumRtt minimum = new MinimumRtt();
    assertFalse(minimum.isKnown());
    minimum.handleRtt(10, 0);
    minimum.handleRtt(30, 60_000 * MS);
    assertEquals(10, minimum.nanos());
    minimum.handleRtt(30, 120_000 * MS);
    assertEquals(30, minimum.nanos());
  }

  @Test
  void aNewPathBeginsAnewAndLosesNothing() {
    rig.queue(5).poll();
    Rig.Script fresh = new Rig.Script();
    rig.now += 10 * MS;
    rig.sender.handlePathChange(fresh, rig.now);
    assertEquals(-1, rig.rto.smoothedRttNanos());
    assertEquals(5 * WIRE, rig.sender.bytesInFlight());
    rig.now += 300 * MS;
    rig.sack(6);
    assertEquals(1, fresh.acks.size());
    assertEquals(0, rig.sender.retransmissions());
    assertEquals(310 * MS, rig.rto.smoothedRttNanos());
  }
}
