package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannelListener;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what happens to a channel to its listener, and keeps it until there is one. Called on any
 * thread; the fields are touched on the callback queue only.
 */
final class ChannelEar {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelEar.class);
  private static final DataChannelListener NOBODY = new DataChannelListener() {};

  private final Executor callbacks;
  private final Queue<Consumer<DataChannelListener>> kept = new ArrayDeque<>();
  private DataChannelListener listener;

  ChannelEar(Executor callbacks) {
    this.callbacks = callbacks;
  }

  void listen(DataChannelListener newListener) {
    callbacks.execute(
        () -> {
          listener = newListener;
          giveKept(newListener);
        });
  }

  /** Tells the listener, or the one that will come. */
  void tell(Consumer<DataChannelListener> call) {
    callbacks.execute(
        () -> {
          if (listener == null) {
            kept.add(call);
          } else {
            call.accept(listener);
          }
        });
  }

  /** Tells the listener if there is one: for what may come often and can be looked up. */
  void mention(Consumer<DataChannelListener> call) {
    callbacks.execute(
        () -> {
          if (listener != null) {
            call.accept(listener);
          }
        });
  }

  /** Gives up what was kept, as if a listener had heard it that does nothing. */
  void forget() {
    callbacks.execute(
        () -> {
          if (listener == null) {
            giveKept(NOBODY);
          }
        });
  }

  private void giveKept(DataChannelListener to) {
    Consumer<DataChannelListener> call;
    while ((call = kept.poll()) != null) {
      try {
        call.accept(to);
      } catch (RuntimeException | Error fault) {
        LOG.warn("a callback threw; the channel goes on", fault);
      }
    }
  }
}
