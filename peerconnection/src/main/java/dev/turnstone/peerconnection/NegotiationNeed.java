package dev.turnstone.peerconnection;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * When the application is told that it has to negotiate (W3C webrtc-pc section 4.7.3): in stable,
 * once until that is reached again, and not in the middle of what it has already asked for.
 */
final class NegotiationNeed {
  private final Executor loop;
  private final Executor callbacks;
  private final BooleanSupplier needed;
  private final BooleanSupplier quiet;
  private final Runnable telling;

  /** Touched on the loop: W3C's [[NegotiationNeeded]]. */
  private boolean announced;

  /** Touched in callbacks: W3C's [[UpdateNegotiationNeededFlagOnEmptyChain]]. */
  private boolean deferred;

  /**
   * Nothing is needed.
   *
   * @param needed whether there is a need, and the state is stable; asked on the loop
   * @param quiet whether the application has asked for nothing that may bring it, and sees the
   *     state as stable; asked in callbacks
   * @param telling tells the application, in a callback
   */
  NegotiationNeed(
      Executor loop,
      Executor callbacks,
      BooleanSupplier needed,
      BooleanSupplier quiet,
      Runnable telling) {
    this.loop = loop;
    this.callbacks = callbacks;
    this.needed = needed;
    this.quiet = quiet;
    this.telling = telling;
  }

  /** Something may have come up. On the loop. */
  void update() {
    if (!announced && needed.getAsBoolean()) {
      announced = true;
      callbacks.execute(this::tell);
    }
  }

  /**
   * Stable is reached: what came up meanwhile is told. On the loop; not at once, because the
   * rollback of our offer may be half of applying the peer's.
   */
  void stable() {
    announced = false;
    loop.execute(this::update);
  }

  private void tell() {
    deferred = !quiet.getAsBoolean();
    if (!deferred) {
      telling.run();
    }
  }

  /** The application waits for nothing any more. In a callback. */
  void chainEmpty() {
    if (deferred) {
      deferred = false;
      loop.execute(
          () -> {
            announced = false;
            update();
          });
    }
  }
}
