package dev.turnstone.sctp.congestion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A link with a drop-tail queue and random loss behind it, and flows over it that always have
 * something to send: enough of a transport (pacing, rate samples, loss seen by three later packets,
 * a timeout) to drive controllers. Simulated time, one seed, no threads.
 */
final class Bottleneck {
  static final int MTU = 1200;
  private static final long RTO = 1_000_000_000L;

  private record Event(long at, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private final double nanosPerByte;
  private final long queueBytes;
  private final Random random;
  private final List<Flow> flows = new ArrayList<>();
  private double loss;
  private long order;
  private long now;
  private double freeAt;
  private double queueing;
  private long packets;
  private long dropped;

  /**
   * A link.
   *
   * @param bytesPerSecond its rate
   * @param queueBytes how much may wait
   * @param loss the part of the packets that get lost behind it
   */
  Bottleneck(double bytesPerSecond, long queueBytes, double loss, long seed) {
    this.nanosPerByte = 1e9 / bytesPerSecond;
    this.queueBytes = queueBytes;
    this.loss = loss;
    this.random = new Random(seed);
  }

  Flow add(CongestionController controller, long rttNanos, long startNanos) {
    Flow flow = new Flow(controller, rttNanos / 2);
    flows.add(flow);
    at(startNanos, flow::send);
    return flow;
  }

  void run(long untilNanos) {
    while (!events.isEmpty() && events.peek().at <= untilNanos) {
      Event event = events.poll();
      now = event.at;
      event.action.run();
    }
    now = untilNanos;
  }

  void setLoss(double part) {
    loss = part;
  }

  /** The mean of what packets have waited, nanoseconds. */
  double meanQueueing() {
    return queueing / packets;
  }

  /** The part of the packets that found the queue full. */
  double dropped() {
    return (double) dropped / (packets + dropped);
  }

  private void at(long time, Runnable action) {
    events.add(new Event(time, order++, action));
  }

  private static final class Packet {
    long number;
    long sentAt;
    long delivered;
    long deliveredAt;
    long firstSentAt;
    long lost;
    long inFlight;
    boolean done;
  }

  final class Flow {
    private final CongestionController controller;
    private final long delay;
    private final ArrayDeque<Packet> outstanding = new ArrayDeque<>();
    private List<Packet> arrived = new ArrayList<>();
    private long number;
    private long inFlight;
    private long delivered;
    private long deliveredAt;
    private long firstSentAt;
    private long lost;
    private long smoothedRtt = -1;
    private long nextSendAt;
    private boolean sendScheduled;
    private long recoveryEnd = -1;
    private long heardAt;
    private boolean stopped;
    private int ackEvery = 2;
    long timeouts;

    Flow(CongestionController controller, long delay) {
      this.controller = controller;
      this.delay = delay;
    }

    /** How many packets the receiver answers with one acknowledgement. */
    Flow ackEvery(int packetsPerAck) {
      ackEvery = packetsPerAck;
      return this;
    }

    long delivered() {
      return delivered;
    }

    long inFlight() {
      return inFlight;
    }

    void pause() {
      stopped = true;
    }

    void resume(long idle) {
      stopped = false;
      controller.handleIdle(idle, RTO, now);
      send();
    }

    private void send() {
      while (!stopped && inFlight < controller.window()) {
        long rate = controller.pacingRate();
        if (rate != CongestionController.UNPACED) {
          if (nextSendAt > now) {
            if (!sendScheduled) {
              sendScheduled = true;
              at(
                  nextSendAt,
                  () -> {
                    sendScheduled = false;
                    send();
                  });
            }
            return;
          }
          nextSendAt = Math.max(nextSendAt, now) + (long) (MTU * 1e9 / rate);
        }
        Packet packet = new Packet();
        packet.number = number++;
        packet.sentAt = now;
        if (inFlight == 0) {
          firstSentAt = now;
          deliveredAt = now;
          heardAt = now;
          watch();
        }
        inFlight += MTU;
        packet.delivered = delivered;
        packet.deliveredAt = deliveredAt;
        packet.firstSentAt = firstSentAt;
        packet.lost = lost;
        packet.inFlight = inFlight;
        outstanding.add(packet);
        controller.handleSent(MTU, inFlight, now);
        transmit(packet);
      }
    }

    private void transmit(Packet packet) {
      double waiting = Math.max(0, freeAt - now);
      if (waiting / nanosPerByte + MTU > queueBytes + MTU) {
        dropped++;
        return;
      }
      packets++;
      queueing += waiting;
      freeAt = Math.max(freeAt, now) + MTU * nanosPerByte;
      if (random.nextDouble() >= loss) {
        at((long) freeAt + delay, () -> arrive(packet));
      }
    }

    private void arrive(Packet packet) {
      arrived.add(packet);
      if (arrived.size() >= ackEvery) {
        acknowledge();
      } else if (arrived.size() == 1) {
        at(now + 25_000_000, this::acknowledge);
      }
    }

    private void acknowledge() {
      if (!arrived.isEmpty()) {
        List<Packet> acked = arrived;
        arrived = new ArrayList<>();
        at(now + delay, () -> handleAck(acked));
      }
    }

    private void handleAck(List<Packet> acked) {
      heardAt = now;
      long before = inFlight;
      long bytes = 0;
      Packet newest = null;
      for (Packet packet : acked) {
        if (!packet.done) {
          packet.done = true;
          bytes += MTU;
          newest = packet;
        }
      }
      if (newest == null) {
        return;
      }
      inFlight -= bytes;
      delivered += bytes;
      deliveredAt = now;
      firstSentAt = newest.sentAt;
      long rtt = now - newest.sentAt;
      smoothedRtt = smoothedRtt < 0 ? rtt : (7 * smoothedRtt + rtt) / 8;
      if (recoveryEnd >= 0 && newest.number >= recoveryEnd) {
        recoveryEnd = -1;
        controller.handleRecovered(now);
      }
      long lostNow = findLost(newest, before);
      controller.handleAcked(
          new AckSample(
              now,
              bytes,
              lostNow,
              true,
              before,
              inFlight,
              rtt,
              smoothedRtt,
              delivered,
              lost,
              newest.delivered,
              newest.lost,
              newest.inFlight,
              Math.max(now - newest.deliveredAt, newest.sentAt - newest.firstSentAt),
              false));
      send();
    }

    private long findLost(Packet newest, long before) {
      long bytes = 0;
      long priorInFlight = 0;
      while (!outstanding.isEmpty()) {
        Packet first = outstanding.peek();
        if (!first.done && first.number + 3 > newest.number) {
          break;
        }
        outstanding.poll();
        if (!first.done) {
          first.done = true;
          bytes += MTU;
          priorInFlight = first.inFlight;
        }
      }
      if (bytes > 0) {
        inFlight -= bytes;
        lost += bytes;
        boolean begins = recoveryEnd < 0;
        if (begins) {
          recoveryEnd = number;
        }
        controller.handleLoss(new LossSample(now, bytes, before, priorInFlight, begins));
      }
      return bytes;
    }

    private void watch() {
      at(
          heardAt + RTO,
          () -> {
            if (inFlight == 0) {
              return;
            }
            if (now - heardAt >= RTO) {
              heardAt = now;
              timeouts++;
              lost += inFlight;
              inFlight = 0;
              outstanding.forEach(packet -> packet.done = true);
              outstanding.clear();
              recoveryEnd = -1;
              controller.handleTimeout(now);
              send();
              if (inFlight > 0) {
                return;
              }
            }
            watch();
          });
    }
  }
}
