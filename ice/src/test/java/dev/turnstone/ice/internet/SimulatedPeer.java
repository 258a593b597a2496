package dev.turnstone.ice.internet;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.ice.transport.AgentEngine;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A transport on a simulated host, with everything that it told, and a signaling path. */
final class SimulatedPeer implements IceListener {
  final SimulatedHost host;
  final SimulatedIceNetwork network;
  final IceTransport transport;
  final List<IceState> states = new ArrayList<>();
  final List<CandidatePair> pairs = new ArrayList<>();
  final List<Candidate> candidates = new ArrayList<>();
  final List<String> packets = new ArrayList<>();

  /** When it first had a pair, or -1. */
  long selectedAt = -1;

  /** When the last candidate of the other came, or -1. */
  long lastCandidateAt = -1;

  /** Which of its candidates it signals. */
  Predicate<Candidate> signals = candidate -> true;

  private final SimulatedInternet internet;
  private SimulatedPeer other;
  private Duration signaling;
  private boolean gathered;
  private String greeting;

  SimulatedPeer(SimulatedInternet internet, SimulatedHost host, IceOptions options) {
    this.internet = internet;
    this.host = host;
    this.network = new SimulatedIceNetwork(internet, host);
    this.transport = new AgentEngine().create(options, network, this);
  }

  /** Begins the checks of both now, and trickles over a path that takes as long as it is told. */
  static void start(SimulatedPeer controlling, SimulatedPeer controlled, Duration signaling) {
    start(controlling, controlled, signaling, IceRole.CONTROLLING, IceRole.CONTROLLED);
  }

  /** The same in any roles. */
  static void start(
      SimulatedPeer one, SimulatedPeer two, Duration signaling, IceRole first, IceRole second) {
    one.connectTo(two, signaling);
    two.connectTo(one, signaling);
    one.transport.start(first, two.transport.localParameters());
    two.transport.start(second, one.transport.localParameters());
  }

  /** The checks of a generation; the first controls. */
  static void begin(SimulatedPeer controlling, SimulatedPeer controlled) {
    controlling.transport.start(IceRole.CONTROLLING, controlled.transport.localParameters());
    controlled.transport.start(IceRole.CONTROLLED, controlling.transport.localParameters());
  }

  private void connectTo(SimulatedPeer peer, Duration delay) {
    other = peer;
    signaling = delay;
    candidates.forEach(this::signal);
    if (gathered) {
      onGatheringComplete();
    }
  }

  private void signal(Candidate candidate) {
    if (other != null && signals.test(candidate)) {
      internet.schedule(
          signaling,
          () -> {
            other.lastCandidateAt = internet.nowNanos();
            other.transport.addRemoteCandidate(Candidate.parse(candidate.toString()));
          });
    }
  }

  /** Sends something as soon as a pair works. */
  void greet(String text) {
    greeting = text;
  }

  boolean send(String text) {
    boolean sent =
        transport.send(ByteBuffer.wrap(("\u00FF" + text).getBytes(StandardCharsets.ISO_8859_1)));
    transport.flush();
    return sent;
  }

  IceState state() {
    return states.isEmpty() ? IceState.NEW : states.get(states.size() - 1);
  }

  boolean isConnected() {
    return state() == IceState.CONNECTED || state() == IceState.COMPLETED;
  }

  /** The pair in use, or null. */
  CandidatePair pair() {
    return pairs.isEmpty() ? null : pairs.get(pairs.size() - 1);
  }

  @Override
  public void onLocalCandidate(Candidate candidate) {
    candidates.add(candidate);
    signal(candidate);
  }

  @Override
  public void onGatheringComplete() {
    gathered = true;
    if (other != null) {
      internet.schedule(signaling, () -> other.transport.endOfRemoteCandidates());
    }
  }

  @Override
  public void onStateChange(IceState state, String reason) {
    states.add(state);
  }

  @Override
  public void onSelectedPair(CandidatePair pair) {
    pairs.add(pair);
    if (selectedAt < 0) {
      selectedAt = internet.nowNanos();
    }
    if (greeting != null) {
      send(greeting);
      greeting = null;
    }
  }

  @Override
  public void onPacket(ByteBuffer packet) {
    String text = StandardCharsets.ISO_8859_1.decode(packet.duplicate()).toString();
    packets.add(text.substring(1));
  }
}
