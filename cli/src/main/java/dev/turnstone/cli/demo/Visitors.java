package dev.turnstone.cli.demo;

import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.SessionDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The browsers that are here: a connection for each, and not more than a bounded number. */
public final class Visitors implements AutoCloseable {
  private static final long SWEEP_SECONDS = 5;

  private final Peers peers;
  private final PeerConnectionConfiguration configuration;
  private final int max;
  private final Map<String, Visitor> here = new HashMap<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "visitors");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Nobody yet.
   *
   * @param peers where connections come from; not closed here
   * @param configuration what connections are made with
   * @param max how many browsers at the same time
   */
  public Visitors(Peers peers, PeerConnectionConfiguration configuration, int max) {
    this.peers = peers;
    this.configuration = configuration;
    this.max = max;
    sweeper.scheduleWithFixedDelay(
        () -> sweep(System.nanoTime()), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * What a visitor gets.
   *
   * @param id names the visitor from then on; not guessable
   * @param description the answer, all candidates inside
   */
  record Admission(String id, SessionDescription description) {}

  /**
   * Answers an offer.
   *
   * @return fails with {@link FullException} when too many are here, or as {@code
   *     setRemoteDescription} does
   */
  CompletableFuture<Admission> admit(SessionDescription offer) {
    String id = UUID.randomUUID().toString();
    Visitor visitor;
    synchronized (here) {
      if (here.size() >= max) {
        return CompletableFuture.failedFuture(
            new FullException("all " + max + " places are taken"));
      }
      visitor = new Visitor(id, peers, configuration, () -> dismiss(id));
      here.put(id, visitor);
    }
    return visitor
        .answer(offer)
        .thenApply(answer -> new Admission(id, answer))
        .whenComplete(
            (admission, failure) -> {
              if (failure != null) {
                dismiss(id);
              }
            });
  }

  /** Closes a visitor's connection; says whether there was one. */
  boolean dismiss(String id) {
    Visitor visitor;
    synchronized (here) {
      visitor = here.remove(id);
    }
    if (visitor == null) {
      return false;
    }
    visitor.close();
    return true;
  }

  int count() {
    synchronized (here) {
      return here.size();
    }
  }

  /** Dismisses those that never connected or have been away for long. */
  void sweep(long nowNanos) {
    List<Visitor> lost;
    synchronized (here) {
      lost = here.values().stream().filter(visitor -> visitor.isLost(nowNanos)).toList();
    }
    lost.forEach(visitor -> dismiss(visitor.id()));
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    List<Visitor> all;
    synchronized (here) {
      all = List.copyOf(here.values());
      here.clear();
    }
    all.forEach(Visitor::close);
  }

  /** No place is free. */
  static final class FullException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    FullException(String message) {
      super(message);
    }
  }
}
