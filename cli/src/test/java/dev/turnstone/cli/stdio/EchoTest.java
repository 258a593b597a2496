package dev.turnstone.cli.stdio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.cli.fake.FakeDataChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EchoTest {

  @Test
  void aPeerThatDoesNotReadHoldsTheEchoUpAndMemoryStaysBounded() throws Exception {
    FakeDataChannel channel = FakeDataChannel.openPair("echo");
    channel.stall();
    Echo echo = new Echo(channel, new JsonLines(new ByteArrayOutputStream()));
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    Thread callbacks =
        new Thread(
            () -> {
              for (int i = 0; i < 1000 && !Thread.currentThread().isInterrupted(); i++) {
                echo.onBinary(ByteBuffer.allocate(16 * 1024));
                taken.incrementAndGet();
              }
              ended.countDown();
            });
    callbacks.start();
    while (channel.bufferedAmount() <= 1024 * 1024) {
      Thread.onSpinWait();
    }
    callbacks.interrupt();
    assertTrue(ended.await(30, TimeUnit.SECONDS));
    assertEquals(65 * 16 * 1024, channel.bufferedAmount());
    assertFalse(taken.get() > 66, "taken: " + taken);
  }

  @Test
  void aClosedChannelEndsTheWait() throws Exception {
    FakeDataChannel channel = FakeDataChannel.openPair("echo");
    channel.stall();
    Echo echo = new Echo(channel, new JsonLines(new ByteArrayOutputStream()));
    echo.onBinary(ByteBuffer.allocate(2 * 1024 * 1024));
    channel.close();
    echo.onBinary(ByteBuffer.allocate(1));
    assertEquals(2 * 1024 * 1024, channel.bufferedAmount());
  }
}
