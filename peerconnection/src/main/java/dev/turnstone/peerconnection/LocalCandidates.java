package dev.turnstone.peerconnection;

import dev.turnstone.ice.Candidate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Our own candidates: what has been gathered, and who waits for the end of it. Lives on the loop,
 * except that the state is read on any thread.
 */
final class LocalCandidates {
  private final Supplier<SessionDescription> description;
  private final List<String> found = new ArrayList<>();
  private final Queue<CompletableFuture<SessionDescription>> waiting = new ArrayDeque<>();
  private IceGatheringState state = IceGatheringState.NEW;
  private final List<Optional<Candidate>> pooled = new ArrayList<>();
  private boolean nothingToGather;
  private boolean wanted = true;

  /** What the generation had found that a restart, not agreed on yet, would replace; or null. */
  private List<String> replaced;

  /**
   * Makes an empty book.
   *
   * @param description gives the local description, or null
   */
  LocalCandidates(Supplier<SessionDescription> description) {
    this.description = description;
  }

  IceGatheringState state() {
    return state;
  }

  /** What was found, as attribute values without the word {@code candidate:}. */
  List<String> found() {
    return found;
  }

  /** Those of the generation that was agreed on last: a restart may be on its way. */
  List<String> agreedOn() {
    return replaced == null ? found : replaced;
  }

  boolean complete() {
    return state == IceGatheringState.COMPLETE;
  }

  /**
   * Keeps one that was found before it was asked for (iceCandidatePoolSize).
   *
   * @param candidate null for the end
   */
  void pool(Candidate candidate) {
    pooled.add(Optional.ofNullable(candidate));
  }

  /** What was kept, empty for the end; it is kept no longer. */
  List<Optional<Candidate>> takePooled() {
    List<Optional<Candidate>> taken = List.copyOf(pooled);
    pooled.clear();
    return taken;
  }

  /** Whether this generation of ICE has not been told to gather yet. */
  boolean areWanted() {
    return wanted;
  }

  /**
   * Gathering begins.
   *
   * @return whether the state changed by it
   */
  boolean begun() {
    IceGatheringState before = state;
    wanted = false;
    state = IceGatheringState.GATHERING;
    return before != state;
  }

  /** A generation of ICE begins, with candidates of its own. */
  void restart() {
    if (replaced == null) {
      replaced = List.copyOf(found);
    }
    pooled.clear();
    found.clear();
    wanted = true;
    if (state == IceGatheringState.COMPLETE) {
      state = IceGatheringState.NEW;
    }
  }

  /** The checks of this generation begin: there is no way back from it. */
  void agreed() {
    replaced = null;
  }

  /** The restart was rolled back: what the generation before had found is all of it. */
  void cancelRestart() {
    found.clear();
    found.addAll(replaced);
    replaced = null;
    pooled.clear();
    wanted = false;
    state = IceGatheringState.COMPLETE;
  }

  /** The only description was rolled back: nothing has been described, nothing is gathered. */
  void forget() {
    found.clear();
    pooled.clear();
    replaced = null;
    wanted = true;
    state = IceGatheringState.NEW;
  }

  void add(String attributeValue) {
    found.add(attributeValue);
  }

  void end() {
    state = IceGatheringState.COMPLETE;
  }

  /** The local description that stands has no section that candidates could be gathered for. */
  void nothingToGather(boolean value) {
    nothingToGather = value;
  }

  /** The local description, now or as soon as nothing more will come into it. */
  CompletableFuture<SessionDescription> whole() {
    CompletableFuture<SessionDescription> result = new CompletableFuture<>();
    waiting.add(result);
    tell();
    return result;
  }

  /** Answers those that wait, when the time has come. */
  void tell() {
    SessionDescription whole = description.get();
    if (whole != null && (complete() || nothingToGather)) {
      CompletableFuture<SessionDescription> next;
      while ((next = waiting.poll()) != null) {
        next.complete(whole);
      }
    }
  }
}
