package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.net.Task;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Brings what happens to a channel to its listener, and keeps it until there is one. Called on any
 * thread; the fields are touched by callbacks only.
 */
final class ChannelEar {
  private static final DataChannelListener NOBODY = new DataChannelListener() {};

  /** One call of a listener: waits in the callback queue, and then for a listener to come. */
  abstract static class Call extends Task {
    private final ChannelEar ear;

    Call(ChannelEar ear) {
      this.ear = ear;
    }

    /** Tells it; lets go of what hangs on this. */
    abstract void tell(DataChannelListener listener);

    @Override
    public final void run() {
      if (ear.listener == null) {
        ear.kept.add(this);
      } else {
        tell(ear.listener);
      }
    }
  }

  private final Consumer<Task> callbacks;
  private final Queue<Call> kept = new ArrayDeque<>();
  private DataChannelListener listener;

  ChannelEar(Consumer<Task> callbacks) {
    this.callbacks = callbacks;
  }

  void listen(DataChannelListener newListener) {
    callbacks.accept(
        Task.of(
            () -> {
              listener = newListener;
              giveKept(newListener);
            }));
  }

  /** Tells the listener, or the one that will come. */
  void tell(Call call) {
    callbacks.accept(call);
  }

  /** As {@link #tell(Call)}. */
  void tell(Consumer<DataChannelListener> call) {
    tell(
        new Call(this) {
          @Override
          void tell(DataChannelListener to) {
            call.accept(to);
          }
        });
  }

  /** Tells the listener if there is one: for what may come often and can be looked up. */
  void mention(Consumer<DataChannelListener> call) {
    callbacks.accept(
        Task.of(
            () -> {
              if (listener != null) {
                call.accept(listener);
              }
            }));
  }

  /** Gives up what was kept, as if a listener had heard it that does nothing. */
  void forget() {
    callbacks.accept(
        Task.of(
            () -> {
              if (listener == null) {
                giveKept(NOBODY);
              }
            }));
  }

  private void giveKept(DataChannelListener to) {
    Call call;
    while ((call = kept.poll()) != null) {
      Call next = call;
      CallbackQueue.run(() -> next.tell(to));
    }
  }
}
