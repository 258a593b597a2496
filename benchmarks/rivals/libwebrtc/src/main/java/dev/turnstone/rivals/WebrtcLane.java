package dev.turnstone.rivals;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.turnstone.cli.bench.Lane;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One end of a channel of libwebrtc. */
final class WebrtcLane implements Lane {
  /** What is left at the low mark lasts longer. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long ASK_EACH = 32 << 10;

  private final RTCDataChannel channel;

  /** Of the sending thread, which changes from the first fill to those that follow. */
  private volatile long known;

  private volatile long sentSinceAsked;

  WebrtcLane(RTCDataChannel channel) {
    this.channel = channel;
  }

  @Override
  public void send(ByteBuffer message) {
    try {
      sentSinceAsked = sentSinceAsked + message.remaining();
      channel.send(new RTCDataChannelBuffer(message.duplicate(), true));
    } catch (Exception refused) {
      throw new IllegalStateException(refused);
    }
  }

  /** To ask means to wait for a thread of libwebrtc, so it is asked once for each few messages. */
  @Override
  public long bufferedAmount() {
    if (sentSinceAsked >= ASK_EACH) {
      ask();
    }
    return known + sentSinceAsked;
  }

  private long ask() {
    known = channel.getBufferedAmount();
    sentSinceAsked = 0;
    return known;
  }

  @Override
  public void hear(Consumer<ByteBuffer> onMessage, long lowThreshold, Runnable onLow) {
    channel.unregisterObserver();
    channel.registerObserver(
        new RTCDataChannelObserver() {
          @Override
          public void onBufferedAmountChange(long sentBytes) {}

          @Override
          public void onStateChange() {}

          @Override
          public void onMessage(RTCDataChannelBuffer message) {
            onMessage.accept(message.data);
          }
        });
    if (lowThreshold > 0) {
      Thread looking = new Thread(() -> look(lowThreshold, onLow), "looking");
      looking.setDaemon(true);
      looking.start();
    }
  }

  /** libwebrtc tells of what it has taken, and not of what has left: so one has to look. */
  private void look(long lowThreshold, Runnable onLow) {
    while (true) {
      LockSupport.parkNanos(LOOK_NANOS);
      if (channel.getBufferedAmount() <= lowThreshold) {
        ask();
        onLow.run();
      }
    }
  }
}
