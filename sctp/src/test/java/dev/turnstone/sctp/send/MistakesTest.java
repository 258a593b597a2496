package dev.turnstone.sctp.send;

import static dev.turnstone.sctp.send.Rig.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reactions to losses that were none, and receivers that take their word back. */
class MistakesTest {
  private final Rig rig = new Rig().measured(100);

  private void loseFalsely() {
    rig.queue(5).poll();
    rig.now += 100 * MS;
    rig.sack(1, 3, 5);
    assertEquals(List.of(2), rig.poll());
  }

  @Test
  void aRecoveryIsTakenBackWhenTheFirstCopyArrivesLate() {
    loseFalsely();
    rig.now += 20 * MS;
    rig.sack(6);
    assertEquals(1, rig.congestion.spurious);
    assertEquals(1, rig.sender.spuriousRetransmissions());
  }

  @Test
  void aRecoveryIsTakenBackWhenThePeerReportsEveryDuplicate() {
    loseFalsely();
    rig.now += 100 * MS;
    rig.sack(6, new int[0], new int[] {2});
    assertEquals(1, rig.congestion.spurious);
    assertEquals(1, rig.congestion.recovered);
  }

  @Test
  void aRecoveryInWhichOneRetransmissionWasNeededStands() {
    rig.queue(6).poll();
    rig.now += 100 * MS;
    rig.sack(1, 4, 6);
    assertEquals(List.of(2, 3), rig.poll());
    rig.now += 100 * MS;
    rig.sack(7, new int[0], new int[] {2});
    assertEquals(0, rig.congestion.spurious);
    assertEquals(1, rig.sender.spuriousRetransmissions());
  }

  @Test
  void duplicatesThatTheNetworkMadeProveNothing() {
    loseFalsely();
    rig.now += 100 * MS;
    rig.sack(6, new int[0], new int[] {3, 4, 5, 77});
    assertEquals(0, rig.congestion.spurious);
    assertEquals(0, rig.sender.spuriousRetransmissions());
  }

  @Test
  void duplicatesWidenTheReorderingWindow() {
    loseFalsely();
    rig.now += 20 * MS;
    // 2 came late: now it is known that the path reorders.
    rig.sack(6, new int[0], new int[] {2});
    rig.queue(5).poll();
    rig.now += 100 * MS;
    rig.sack(6, 8, 10);
    assertEquals(List.of(), rig.poll(), "three behind it are no proof any more");
    assertEquals(rig.now + 25 * MS, rig.sender.nextTimeout());
    assertEquals(List.of(7), rig.fire());
    rig.now += 100 * MS;
    rig.sack(11, new int[0], new int[] {7});
    rig.queue(5).poll();
    rig.now += 100 * MS;
    rig.sack(11, 13, 15);
    assertEquals(rig.now + 50 * MS, rig.sender.nextTimeout(), "twice as wide");
  }

  @Test
  void aTimeoutThatADelayCausedIsTakenBack() {
    rig.queue(10).poll();
    rig.fire();
    rig.congestion.window = Rig.WIRE;
    rig.fire();
    assertEquals(1, rig.congestion.timeouts);
    assertEquals(800 * MS, rig.rto.nanos());
    // Had the flight been lost, only the first of it could arrive: that was sent again.
    rig.now += 300 * MS;
    rig.sack(4);
    assertEquals(1, rig.congestion.spurious);
    rig.congestion.window = 1 << 20;
    assertEquals(List.of(), rig.poll(), "the rest is on its way");
    rig.sack(11);
    assertEquals(0, rig.sender.bytesInFlight());
  }

  @Test
  void aTimeoutThatWasNeededStands() {
    rig.queue(10).poll();
    rig.fire();
    rig.congestion.window = Rig.WIRE;
    assertEquals(List.of(2), rig.fire());
    rig.now += 100 * MS;
    rig.sack(2);
    rig.congestion.window = 1 << 20;
    assertEquals(9, rig.poll().size());
    rig.now += 100 * MS;
    rig.sack(11);
    assertEquals(0, rig.congestion.spurious);
  }

  @Test
  void whatAReceiverTakesBackIsSentAgain() {
    rig.queue(6).poll();
    rig.now += 100 * MS;
    rig.sack(1, 4, 4, 6, 6);
    rig.now += MS;
    rig.sack(2, 4, 4);
    assertEquals(List.of(6), rig.poll());
    assertEquals(List.of(), rig.congestion.losses, "nothing was lost on the way");
    rig.now += 100 * MS;
    rig.sack(7);
    assertEquals(0, rig.sender.bytesInFlight());
    assertEquals(0, rig.sender.timeouts());
  }

  @Test
  void aReceiverThatTakesBackIsBelievedOnlyOnce() {
    rig.queue(6).poll();
    rig.now += 100 * MS;
    rig.sack(1, 4, 4, 6, 6);
    rig.sack(2, 4, 4);
    assertEquals(List.of(6), rig.poll());
    rig.sack(2, 4, 4, 6, 6);
    long inFlight = rig.sender.bytesInFlight();
    rig.sack(3, 4, 4);
    assertTrue(rig.sender.bytesInFlight() < inFlight);
    assertEquals(List.of(), rig.poll());
  }

  @Test
  void anOldSackThatWasOvertakenTakesNothingBack() {
    rig.queue(6).poll();
    rig.now += 100 * MS;
    rig.sack(1, 4, 4, 6, 6);
    rig.sack(1, 4, 4);
    assertEquals(List.of(), rig.poll());
  }

  @Test
  void whatACutSackLeavesOutIsNotTakenBack() {
    rig.queue(100).poll();
    rig.now += 100 * MS;
    int[] all = new int[40];
    for (int i = 0; i < 20; i++) {
      all[2 * i] = 4 + 3 * i;
      all[2 * i + 1] = all[2 * i];
    }
    rig.sack(1, all);
    long acked = rig.congestion.lastAck().delivered();
    // 2 fills a hole and 99 is news, but the highest blocks do not fit any more.
    rig.sack(2, Arrays.copyOf(all, 38));
    rig.poll();
    rig.now += 100 * MS;
    rig.sack(101);
    // Each was delivered once, TSN 1 included.
    assertEquals(101L * Rig.WIRE, rig.congestion.lastAck().delivered());
    assertEquals(21L * Rig.WIRE, acked);
  }
}
