package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Agents and a network between them that only adds delay and loses what it is told to. */
final class Wire {
  /** Decides what is lost. */
  interface Filter {
    boolean passes(InetSocketAddress from, InetSocketAddress to, ByteBuffer message);
  }

  private record Event(long at, long order, Runnable task) {}

  /** One agent with its bases and what it told. */
  final class Side {
    final String name;
    final Map<InetSocketAddress, Base> bases = new LinkedHashMap<>();
    final List<AgentEvent> events = new ArrayList<>();
    final List<String> data = new ArrayList<>();
    IceAgent agent;
    int generations;

    Side(String name) {
      this.name = name;
      this.agent = new IceAgent(AgentTiming.DEFAULT, credentials(), random);
    }

    IceParameters credentials() {
      return new IceParameters(
          name + generations++ + "frag",
          "password-of-" + name + "-" + generations + "-long-enough");
    }

    Candidate host(String address, int port, int preference) {
      InetSocketAddress at = new InetSocketAddress(address, port);
      Base base = bases.computeIfAbsent(at, a -> new Base(a, CandidateType.HOST, preference, null));
      owners.put(at, this);
      Candidate candidate = Candidate.host(at, base.localPreference());
      agent.addLocalCandidate(candidate, base, now);
      return candidate;
    }

    void unplug(String address, int port) {
      InetSocketAddress at = new InetSocketAddress(address, port);
      owners.remove(at);
      agent.removeBase(bases.remove(at), now);
    }

    void remote(Candidate candidate) {
      agent.addRemoteCandidate(
          candidate, new InetSocketAddress(candidate.address(), candidate.port()), now);
    }

    boolean send(String text) {
      Path path = agent.selectedPath();
      if (path == null) {
        return false;
      }
      ByteBuffer bytes = ByteBuffer.wrap(("d" + text).getBytes(StandardCharsets.UTF_8));
      agent.handleDataSent(bytes.remaining(), now);
      carry(path.base().address(), path.remote(), bytes);
      return true;
    }

    IceState state() {
      return agent.state();
    }

    private void receive(InetSocketAddress at, InetSocketAddress from, ByteBuffer packet) {
      Base base = bases.get(at);
      if (packet.get(packet.position()) == 'd') {
        if (agent.handleData(base, from, packet.remaining(), now)) {
          data.add(StandardCharsets.UTF_8.decode(packet).toString().substring(1));
        }
      } else {
        agent.handlePacket(base, from, packet, now);
      }
    }

    private void drain() {
      for (Transmit out = agent.pollTransmit(); out != null; out = agent.pollTransmit()) {
        carry(out.base().address(), out.remote(), out.message());
      }
      for (AgentEvent event = agent.pollEvent(); event != null; event = agent.pollEvent()) {
        events.add(event);
      }
    }
  }

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<InetSocketAddress, Side> owners = new LinkedHashMap<>();
  private final List<Side> sides = new ArrayList<>();
  private final SecureRandom random;
  private final long delay;
  private long order;
  long now;
  long packets;
  Filter filter = (from, to, message) -> true;

  Wire(long seed, Duration delay) {
    this.delay = delay.toNanos();
    this.random = seeded(seed);
  }

  /** The provider's own generator would not repeat itself. */
  private static SecureRandom seeded(long seed) {
    java.util.SplittableRandom source = new java.util.SplittableRandom(seed);
    return new SecureRandom() {
      private static final long serialVersionUID = 1;

      @Override
      public void nextBytes(byte[] bytes) {
        source.nextBytes(bytes);
      }
    };
  }

  Side side(String name) {
    Side side = new Side(name);
    sides.add(side);
    return side;
  }

  void carry(InetSocketAddress from, InetSocketAddress to, ByteBuffer message) {
    packets++;
    if (!owners.containsKey(from) || !filter.passes(from, to, message.duplicate())) {
      return;
    }
    ByteBuffer copy = ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip();
    at(
        now + delay,
        () -> {
          Side owner = owners.get(to);
          if (owner != null) {
            owner.receive(to, from, copy);
          }
        });
  }

  void at(long time, Runnable task) {
    queue.add(new Event(time, order++, task));
  }

  /** Runs until something holds or the time is over; says whether it holds. */
  boolean runUntil(BooleanSupplier holds, Duration atMost) {
    long end = now + atMost.toNanos();
    while (true) {
      sides.forEach(Side::drain);
      if (holds.getAsBoolean()) {
        return true;
      }
      long next = queue.isEmpty() ? IceAgent.NEVER : queue.peek().at();
      for (Side side : sides) {
        next = Math.min(next, Math.max(now, side.agent.nextTimeout(now)));
      }
      if (next > end) {
        now = end;
        return false;
      }
      now = next;
      while (!queue.isEmpty() && queue.peek().at() <= now) {
        queue.poll().task().run();
      }
      for (Side side : sides) {
        side.agent.handleTimeout(now);
      }
    }
  }

  void run(Duration time) {
    runUntil(() -> false, time);
  }

  /** Starts both with each other's credentials; the first controls. */
  static void start(Side a, Side b, long now) {
    a.agent.start(IceRole.CONTROLLING, b.agent.localParameters(), now);
    b.agent.start(IceRole.CONTROLLED, a.agent.localParameters(), now);
  }
}
