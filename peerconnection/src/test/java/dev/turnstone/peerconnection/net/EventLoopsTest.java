package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  private final EventLoops loops = new EventLoops(3);

  @AfterEach
  void close() {
    loops.close();
  }

  private ConnectionLoop next() {
    return loops.newConnectionLoop(() -> {}, fault -> {});
  }

  @Test
  void connectionsAreSpreadOverAllLoops() {
    List<EventLoop> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(next().eventLoop());
    }
    assertNotSame(taken.get(0), taken.get(1));
    assertEquals(3, new HashSet<>(taken.subList(0, 3)).size());
    assertEquals(3, new HashSet<>(taken.subList(3, 6)).size());
  }

  @Test
  void aLoopWhoseConnectionsHaveGoneFillsUpAgain() {
    List<ConnectionLoop> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(next());
    }
    EventLoop left = taken.get(1).eventLoop();
    taken.stream().filter(one -> one.eventLoop() == left).forEach(ConnectionLoop::release);
    assertSame(left, next().eventLoop());
    assertSame(left, next().eventLoop());
    assertEquals(
        3,
        new HashSet<>(List.of(next().eventLoop(), next().eventLoop(), next().eventLoop())).size());
  }

  @Test
  void whatIsNoConnectionTakesNoPlace() {
    EventLoop first = next().eventLoop();
    loops.newMulticastLoop(() -> {}, fault -> {});
    loops.newMulticastLoop(() -> {}, fault -> {});
    EventLoop second = next().eventLoop();
    EventLoop third = next().eventLoop();
    assertEquals(3, new HashSet<>(List.of(first, second, third)).size());
  }
}
