package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkMonitorTest {
  private final EventLoops loops = new EventLoops(1);
  private final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
  private final ConnectionLoop loop = loops.newConnectionLoop(() -> {}, faults::add);
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<List<InetAddress>> looks = new LinkedBlockingQueue<>();
  private volatile List<InetAddress> present = List.of(address(1));

  @AfterEach
  void close() {
    loops.close();
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private List<InetAddress> look() {
    List<InetAddress> now = present;
    looks.add(now);
    return now;
  }

  private void awaitLook() throws InterruptedException {
    assertTrue(looks.poll(60, TimeUnit.SECONDS) != null, "nobody looked");
  }

  private String next() throws InterruptedException {
    return told.poll(60, TimeUnit.SECONDS);
  }

  @Test
  void aChangeIsToldAndItsAbsenceIsNot() throws Exception {
    try (NetworkMonitor monitor =
        new NetworkMonitor(loops, Runnable::run, Duration.ofMillis(1), this::look)) {
      monitor.watch(loop, () -> told.add("changed"));
      for (int i = 0; i < 5; i++) {
        awaitLook();
      }
      assertTrue(told.isEmpty(), "nothing has changed yet");
      present = List.of(address(1), address(2));
      assertEquals("changed", next());
      present = List.of(address(2));
      assertEquals("changed", next());
    }
  }

  @Test
  void whoHasLeftIsToldNothing() throws Exception {
    try (NetworkMonitor monitor =
        new NetworkMonitor(loops, Runnable::run, Duration.ZERO, this::look)) {
      Runnable end = monitor.watch(loop, () -> told.add("first"));
      monitor.watch(loop, () -> told.add("second"));
      end.run();
      monitor.tell();
      assertEquals("second", next());
      assertTrue(told.isEmpty());
    }
  }

  @Test
  void withoutAnIntervalOnlyWhoKnowsTells() throws Exception {
    try (NetworkMonitor monitor =
        new NetworkMonitor(loops, Runnable::run, Duration.ZERO, this::look)) {
      monitor.watch(loop, () -> told.add("changed"));
      awaitLook();
      present = List.of(address(3));
      monitor.tell();
      assertEquals("changed", next());
      assertTrue(looks.isEmpty(), "nobody looks by himself");
    }
  }
}
