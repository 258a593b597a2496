package dev.turnstone.ice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A transport on a loop, with everything that it told. */
final class Peer implements IceListener, AutoCloseable {
  /** The default with short waits, for tests that wait for failure. */
  static final IceTiming SHORT =
      new IceTiming(
          Duration.ofMillis(300),
          Duration.ofMillis(700),
          Duration.ofMillis(300),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofMillis(1200));

  final LoopNetwork network;
  final IceTransport transport;
  final CompletableFuture<Void> gathered = new CompletableFuture<>();
  final BlockingQueue<String> packets = new LinkedBlockingQueue<>();
  final List<IceState> states = new ArrayList<>();
  final List<CandidatePair> pairs = new ArrayList<>();
  final List<Candidate> candidates = new ArrayList<>();
  final List<CandidateError> errors = new ArrayList<>();
  private final List<Runnable> waiters = new ArrayList<>();
  Consumer<Candidate> onCandidate = candidate -> {};
  int heardAfterClose;
  boolean closed;

  Peer(IceEngine engine, LoopNetwork network, IceOptions options) throws Exception {
    this.network = network;
    this.transport = network.call(() -> engine.create(options, network, this));
  }

  Peer(IceEngine engine, LoopNetwork network) throws Exception {
    this(engine, network, new IceOptions(new SecureRandom()));
  }

  /** Lets two gather, trickle and check until both have nominated a pair. */
  static void connect(Peer a, Peer b) throws Exception {
    a.gather();
    b.gather();
    a.trickleTo(b);
    b.trickleTo(a);
    a.start(IceRole.CONTROLLING, b.parameters());
    b.start(IceRole.CONTROLLED, a.parameters());
    a.awaitState(IceState.COMPLETED);
    b.awaitState(IceState.COMPLETED);
  }

  IceParameters parameters() throws Exception {
    return network.call(transport::localParameters);
  }

  void gather() {
    network.execute(transport::gather);
  }

  void start(IceRole role, IceParameters remote) {
    network.execute(() -> transport.start(role, remote));
  }

  void add(Candidate candidate) {
    network.execute(() -> transport.addRemoteCandidate(candidate));
  }

  IceCounters counters() throws Exception {
    return network.call(transport::counters);
  }

  /** Trickles what this finds to another. */
  void trickleTo(Peer other) throws Exception {
    network.call(
        () -> {
          onCandidate = other::add;
          candidates.forEach(other::add);
          return null;
        });
  }

  boolean send(String text) throws Exception {
    return network.call(
        () -> {
          // First byte 0x80 and above: data, not STUN.
          byte[] bytes = ("\u00FF" + text).getBytes(StandardCharsets.ISO_8859_1);
          boolean sent = transport.send(ByteBuffer.wrap(bytes));
          transport.flush();
          return sent;
        });
  }

  String receive() throws InterruptedException {
    return packets.poll(20, TimeUnit.SECONDS);
  }

  /** Waits until something holds, looking whenever the transport tells something. */
  void await(Predicate<Peer> condition) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable look =
        () -> {
          if (condition.test(this)) {
            done.complete(null);
          }
        };
    network.execute(
        () -> {
          waiters.add(look);
          look.run();
        });
    try {
      done.get(30, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("states " + states + " pairs " + pairs, e);
    }
  }

  void awaitState(IceState state) throws Exception {
    await(peer -> !states.isEmpty() && states.get(states.size() - 1) == state);
  }

  private void heard() {
    heardAfterClose += closed ? 1 : 0;
    waiters.forEach(Runnable::run);
  }

  @Override
  public void onLocalCandidate(Candidate candidate) {
    candidates.add(candidate);
    onCandidate.accept(candidate);
    heard();
  }

  @Override
  public void onCandidateError(CandidateError error) {
    errors.add(error);
    heard();
  }

  @Override
  public void onGatheringComplete() {
    gathered.complete(null);
    heard();
  }

  @Override
  public void onStateChange(IceState state, String reason) {
    states.add(state);
    heard();
  }

  @Override
  public void onSelectedPair(CandidatePair pair) {
    pairs.add(pair);
    heard();
  }

  @Override
  public void onPacket(ByteBuffer packet) {
    byte[] bytes = new byte[packet.remaining() - 1];
    packet.get(packet.position() + 1, bytes);
    packets.add(new String(bytes, StandardCharsets.ISO_8859_1));
    heard();
  }

  @Override
  public void close() {
    try {
      network.call(
          () -> {
            transport.close();
            closed = true;
            return null;
          });
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
