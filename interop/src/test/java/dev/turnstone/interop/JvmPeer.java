package dev.turnstone.interop;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.ice.CandidateError;
import dev.turnstone.peerconnection.IceCandidate;
import dev.turnstone.peerconnection.IceConnectionState;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SessionDescription;
import dev.turnstone.sctp.SctpMetrics;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A connection of ours with everything that it told kept, to be waited for. */
final class JvmPeer implements PeerConnectionListener, AutoCloseable {
  static final long TIMEOUT_SECONDS = 30;

  private final PeerConnection connection;
  private final Map<String, CompletableFuture<JvmChannel>> accepted = new ConcurrentHashMap<>();
  private final BlockingQueue<IceCandidate> candidates = new LinkedBlockingQueue<>();
  private final BlockingQueue<CandidateError> candidateErrors = new LinkedBlockingQueue<>();
  private final List<PeerConnectionState> states = new ArrayList<>();
  private final List<IceConnectionState> iceStates = new ArrayList<>();
  private final Semaphore negotiationsNeeded = new Semaphore(0);
  private volatile boolean echo;

  /** A peer on loopback alone, or on every interface. */
  JvmPeer(PeerConnectionFactory factory, boolean loopbackOnly) {
    this(factory, loopbackOnly ? loopback() : PeerConnectionConfiguration.builder());
  }

  /** A peer that is configured to taste. */
  JvmPeer(PeerConnectionFactory factory, PeerConnectionConfiguration.Builder configuration) {
    connection = factory.createPeerConnection(configuration.build());
    connection.setListener(this);
  }

  /** On loopback alone. */
  static PeerConnectionConfiguration.Builder loopback() {
    return PeerConnectionConfiguration.builder()
        .bindAddresses(List.of(InetAddress.getLoopbackAddress()));
  }

  PeerConnection connection() {
    return connection;
  }

  /** How the association stands. */
  SctpMetrics sctp() {
    return await(connection.sctpMetrics(), () -> "the association's figures");
  }

  /** Sends back what comes on channels that the peer opens from now on. */
  JvmPeer echo() {
    echo = true;
    return this;
  }

  JvmChannel open(String label) {
    return open(label, DataChannelOptions.DEFAULT);
  }

  JvmChannel open(String label, DataChannelOptions options) {
    return new JvmChannel(connection.createDataChannel(label, options), false);
  }

  /** The channel that the peer opened under a label. */
  JvmChannel accepted(String label) {
    return await(
        slot(label), () -> "a channel " + label + " of the peer; the connection is " + describe());
  }

  String offer(boolean gathered) {
    SessionDescription offer = await(connection.createOffer(), () -> "an offer");
    return apply(offer, gathered);
  }

  String answer(String offer, boolean gathered) {
    await(
        connection.setRemoteDescription(SessionDescription.offer(offer)), () -> "the offer's use");
    return apply(await(connection.createAnswer(), () -> "an answer"), gathered);
  }

  void accept(String answer) {
    await(
        connection.setRemoteDescription(SessionDescription.answer(answer)),
        () -> "the answer's use");
  }

  void addCandidate(IceCandidate candidate) {
    await(connection.addIceCandidate(candidate), () -> "use of " + candidate.candidate());
  }

  /** Adds a candidate without waiting: one that comes early waits for the description. */
  CompletableFuture<Void> beginAddCandidate(IceCandidate candidate) {
    return connection.addIceCandidate(candidate);
  }

  /** The next local candidate; the last of all is empty. */
  IceCandidate takeCandidate() {
    try {
      IceCandidate candidate = candidates.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (candidate == null) {
        throw new AssertionError("the JVM told no further candidate and no end of candidates");
      }
      return candidate;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a candidate", e);
    }
  }

  /** The next server that gave no candidate. */
  CandidateError takeCandidateError() {
    try {
      CandidateError error = candidateErrors.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (error == null) {
        throw new AssertionError("the JVM told of no server that gave no candidate");
      }
      return error;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a candidate error", e);
    }
  }

  /** The local candidates that are there now. */
  List<IceCandidate> takeCandidates() {
    List<IceCandidate> taken = new ArrayList<>();
    candidates.drainTo(taken);
    return taken;
  }

  /** Waits until the connection has been in one of some states; says in which. */
  PeerConnectionState awaitConnection(PeerConnectionState first, PeerConnectionState... others) {
    Set<PeerConnectionState> wanted = EnumSet.of(first, others);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    synchronized (states) {
      while (true) {
        for (PeerConnectionState state : states) {
          if (wanted.contains(state)) {
            return state;
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError(
              "the JVM waited in vain for " + wanted + "; it is " + describe());
        }
        try {
          states.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError("interrupted while waiting for " + wanted, e);
        }
      }
    }
  }

  /** Waits until checks have come to their end so many times: once, and once for each restart. */
  void awaitIceCompleted(int times) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    synchronized (iceStates) {
      while (Collections.frequency(iceStates, IceConnectionState.COMPLETED) < times) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError(
              "the JVM waited in vain for ICE to complete " + times + " times: " + iceStates);
        }
        try {
          iceStates.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError("interrupted while waiting for ICE", e);
        }
      }
    }
  }

  /** How many channels the peer has opened. */
  int acceptedCount() {
    return (int) accepted.values().stream().filter(CompletableFuture::isDone).count();
  }

  @Override
  public void onDataChannel(DataChannel channel) {
    slot(channel.label()).complete(new JvmChannel(channel, echo));
  }

  @Override
  public void onIceCandidate(IceCandidate candidate) {
    candidates.add(candidate);
  }

  @Override
  public void onIceCandidateError(CandidateError error) {
    candidateErrors.add(error);
  }

  @Override
  public void onNegotiationNeeded() {
    negotiationsNeeded.release();
  }

  /** Waits until an offer is asked for; what was asked for before counts. */
  void awaitNegotiationNeeded() {
    try {
      if (!negotiationsNeeded.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the JVM asked for no offer; it is " + describe());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a wish to negotiate", e);
    }
  }

  @Override
  public void onIceConnectionStateChange(IceConnectionState state) {
    synchronized (iceStates) {
      iceStates.add(state);
      iceStates.notifyAll();
    }
  }

  /** The states that the connection went through. */
  List<PeerConnectionState> connectionStates() {
    synchronized (states) {
      return List.copyOf(states);
    }
  }

  @Override
  public void onConnectionStateChange(PeerConnectionState state) {
    synchronized (states) {
      states.add(state);
      states.notifyAll();
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  private CompletableFuture<JvmChannel> slot(String label) {
    return accepted.computeIfAbsent(label, key -> new CompletableFuture<>());
  }

  private String apply(SessionDescription local, boolean gathered) {
    await(connection.setLocalDescription(local), () -> "our description's use");
    return gathered
        ? await(connection.gatheredLocalDescription(), () -> "gathering").sdp()
        : local.sdp();
  }

  private String describe() {
    return connection.connectionState()
        + ", ICE "
        + connection.iceConnectionState()
        + connection.failure().map(failure -> ", failure " + failure).orElse("");
  }

  static <T> T await(CompletableFuture<T> future, Supplier<String> what) {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the JVM waited in vain for " + what.get(), e);
    } catch (ExecutionException e) {
      throw new AssertionError("the JVM failed at " + what.get() + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + what.get(), e);
    }
  }
}
