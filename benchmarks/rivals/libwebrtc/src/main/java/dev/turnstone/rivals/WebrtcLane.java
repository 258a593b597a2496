package dev.turnstone.rivals;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.turnstone.cli.bench.Lane;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One end of a channel of libwebrtc. Its observer runs on a thread of libwebrtc, which must not be
 * held up: what fills the channel has a thread of its own.
 */
final class WebrtcLane implements Lane {
  private static final long ASK_EACH = 32 << 10;

  private final RTCDataChannel channel;
  private volatile long known;
  private volatile long sentSinceAsked;
  private final AtomicBoolean told = new AtomicBoolean();
  private final ExecutorService filling =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "filling");
            thread.setDaemon(true);
            return thread;
          });

  WebrtcLane(RTCDataChannel channel) {
    this.channel = channel;
  }

  @Override
  public void send(ByteBuffer message) {
    try {
      sentSinceAsked += message.remaining();
      channel.send(new RTCDataChannelBuffer(message.duplicate(), true));
    } catch (Exception refused) {
      throw new IllegalStateException(refused);
    }
  }

  /** To ask means to wait for a thread of libwebrtc, so it is asked once for each few messages. */
  @Override
  public long bufferedAmount() {
    if (sentSinceAsked >= ASK_EACH) {
      known = channel.getBufferedAmount();
      sentSinceAsked = 0;
    }
    return known + sentSinceAsked;
  }

  @Override
  public void hear(Consumer<ByteBuffer> onMessage, long lowThreshold, Runnable onLow) {
    channel.unregisterObserver();
    channel.registerObserver(
        new RTCDataChannelObserver() {
          @Override
          public void onBufferedAmountChange(long sentBytes) {
            // Asked from here, libwebrtc would wait for itself.
            if (!told.getAndSet(true)) {
              filling.execute(
                  () -> {
                    told.set(false);
                    known = channel.getBufferedAmount();
                    sentSinceAsked = 0;
                    if (known <= lowThreshold) {
                      onLow.run();
                    }
                  });
            }
          }

          @Override
          public void onStateChange() {}

          @Override
          public void onMessage(RTCDataChannelBuffer message) {
            onMessage.accept(message.data);
          }
        });
  }
}
