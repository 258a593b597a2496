package dev.turnstone.cli.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Where the messages of a connection arrive: each is compared, byte for byte, and counted. */
final class Sink implements Consumer<ByteBuffer> {
  private final Content expected;
  private final Consumer<Throwable> onWrong;
  private final AtomicLong arrived = new AtomicLong();

  Sink(int size, Consumer<Throwable> onWrong) {
    expected = new Content(size);
    this.onWrong = onWrong;
  }

  @Override
  public void accept(ByteBuffer message) {
    ByteBuffer wanted = expected.next();
    if (!wanted.equals(message)) {
      onWrong.accept(new IllegalStateException(difference(wanted, message)));
      return;
    }
    // One thread at a time calls; others only read.
    arrived.setRelease(expected.count());
  }

  private String difference(ByteBuffer wanted, ByteBuffer message) {
    String which = "message " + (expected.count() - 1) + " is wrong: ";
    return message.remaining() == wanted.remaining()
        ? which + "it differs from what was sent, first at byte " + wanted.mismatch(message)
        : which + message.remaining() + " bytes in the place of " + wanted.remaining();
  }

  long arrived() {
    return arrived.getAcquire();
  }
}
