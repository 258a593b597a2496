package dev.turnstone.benchmarks;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.agent.AgentEvent;
import dev.turnstone.ice.agent.AgentTiming;
import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.agent.IceAgent;
import dev.turnstone.ice.agent.Transmit;
import dev.turnstone.stun.StunMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What ICE does for each packet of data once a pair is selected: tell it from STUN, see that it is
 * the peer's, and count it; out, find the path and count.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IceBenchmark {
  private static final long STEP_NANOS = 5_000_000;
  private static final int STEPS = 1000;
  private static final int PACKET = 1200;
  private static final byte APPLICATION_DATA = 23;

  private final ByteBuffer record = ByteBuffer.allocate(PACKET).put(0, APPLICATION_DATA);
  private Side near;
  private Side far;
  private long now;

  private static final class Side {
    final Base base;
    final IceAgent agent;

    Side(int port, SecureRandom random) {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      base = new Base(address, CandidateType.HOST, 65535, null);
      agent = new IceAgent(AgentTiming.DEFAULT, IceParameters.random(random), random);
      agent.addLocalCandidate(Candidate.host(address, 65535), base, 0);
      agent.endOfLocalCandidates(0);
    }

    void start(IceRole role, Side peer) {
      agent.start(role, peer.agent.localParameters(), 0);
      agent.addRemoteCandidate(Candidate.host(peer.base.address(), 65535), peer.base.address(), 0);
      agent.endOfRemoteCandidates(0);
    }
  }

  /** Connects two agents. */
  @Setup
  public void connect() {
    SecureRandom random = new SecureRandom();
    near = new Side(5000, random);
    far = new Side(5001, random);
    near.start(IceRole.CONTROLLING, far);
    far.start(IceRole.CONTROLLED, near);
    for (int i = 0; i < STEPS && !(selected(near) && selected(far)); i++) {
      now += STEP_NANOS;
      move(near, far);
      move(far, near);
    }
    if (!receive()) {
      throw new IllegalStateException("no pair was selected");
    }
  }

  private static boolean selected(Side side) {
    return side.agent.selectedPath() != null;
  }

  private void move(Side from, Side to) {
    from.agent.handleTimeout(now);
    for (Transmit out = from.agent.pollTransmit(); out != null; out = from.agent.pollTransmit()) {
      to.agent.handlePacket(to.base, from.base.address(), out.message(), now);
    }
    for (AgentEvent event = from.agent.pollEvent(); event != null; event = from.agent.pollEvent()) {
      // Told, and of no interest here.
      now++;
    }
  }

  /** A packet of data in. */
  @Benchmark
  public boolean receive() {
    return !StunMessage.isStun(record)
        && near.agent.handleData(near.base, far.base.address(), PACKET, ++now);
  }

  /** A packet of data out. */
  @Benchmark
  public Object send() {
    near.agent.handleDataSent(PACKET, ++now);
    return near.agent.selectedPath();
  }
}
