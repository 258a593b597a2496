package dev.turnstone.peerconnection.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The event loops of one factory. Each connection lives on one of them; one loop carries many
 * connections.
 *
 * <p>A new connection goes to the loop that has fewest, and where several have to the next in turn:
 * so two peers of one JVM work beside each other, and loops whose connections have gone fill up
 * again, which going round alone would not do. Traffic is not looked at: it changes sooner than
 * connections do, and they cannot move.
 */
public final class EventLoops implements AutoCloseable {
  private static final long BEGINNING = System.nanoTime();

  private final Sockets sockets;
  private final EventLoopGroup group;
  private final List<EventLoop> all = new ArrayList<>();
  private final Map<EventLoop, LoopBuffers> buffers = new IdentityHashMap<>();
  private final UdpStatistics statistics = new UdpStatistics();
  private EventLoopGroup multicast;
  private boolean closed;

  // Touched under the lock of this object.
  private final int[] connections;
  private int turn;

  /**
   * Starts loops; their threads are daemons and start when first used.
   *
   * @param threads how many loops, at least 1
   * @param sockets what their sockets are made by
   * @param busyPoll how long a loop looks for packets before it sleeps, where that pays; may be
   *     zero
   */
  public EventLoops(int threads, Sockets sockets, Duration busyPoll) {
    this.sockets = sockets;
    group =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("turnstone-loop", true),
            sockets.waiting(() -> new BusyPoll(busyPoll, EventLoops::now)));
    group.forEach(
        each -> {
          EventLoop loop = (EventLoop) each;
          LoopBuffers its = new LoopBuffers();
          all.add(loop);
          buffers.put(loop, its);
          loop.terminationFuture().addListener(ended -> its.release());
        });
    connections = new int[all.size()];
  }

  /** As above, with the best sockets that there are. */
  EventLoops(int threads) {
    this(threads, Sockets.best(), Duration.ZERO);
  }

  private static long now() {
    return System.nanoTime() - BEGINNING;
  }

  /** What the sockets of these loops are made by. */
  public Sockets sockets() {
    return sockets;
  }

  /** What the sockets of one of these loops share. */
  LoopBuffers buffers(EventLoop loop) {
    return buffers.get(loop);
  }

  /**
   * A loop for a new connection, which is told of the connection's end by {@link
   * ConnectionLoop#release}.
   *
   * @param endTurn runs on the loop at the end of every turn: drains the cores
   * @param onFault hears of a task that threw: a defect of ours, never of a peer
   */
  public ConnectionLoop newConnectionLoop(Runnable endTurn, Consumer<Throwable> onFault) {
    int place = takePlace();
    return new ConnectionLoop(
        all.get(place), this::isLoopThread, endTurn, onFault, () -> leavePlace(place));
  }

  private synchronized int takePlace() {
    int best = turn % connections.length;
    for (int i = 1; i < connections.length; i++) {
      int place = (turn + i) % connections.length;
      if (connections[place] < connections[best]) {
        best = place;
      }
    }
    connections[best]++;
    turn = (best + 1) % connections.length;
    return best;
  }

  private synchronized void leavePlace(int place) {
    connections[place]--;
  }

  /** Whether the caller is on the thread of one of these loops, which must not wait. */
  private boolean isLoopThread() {
    for (EventLoop loop : all) {
      if (loop.inEventLoop()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A loop for multicast sockets, which are the JDK's own wherever the others come from: only there
   * do groups, interfaces and hop limits work for both address families.
   */
  synchronized ConnectionLoop newMulticastLoop(Runnable endTurn, Consumer<Throwable> onFault) {
    if (!sockets.isNative()) {
      return newServiceLoop(group.next(), endTurn, onFault);
    }
    if (multicast == null) {
      multicast =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("turnstone-mdns", true), NioIoHandler.newFactory());
      if (closed) {
        multicast.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      }
    }
    return newServiceLoop(multicast.next(), endTurn, onFault);
  }

  /** For what is no connection, and takes no place of one. */
  private ConnectionLoop newServiceLoop(
      EventLoop loop, Runnable endTurn, Consumer<Throwable> onFault) {
    return new ConnectionLoop(loop, this::isLoopThread, endTurn, onFault, () -> {});
  }

  /** Every loop, in a fixed order. */
  List<EventLoop> all() {
    return all;
  }

  /** What all sockets of these loops have counted. */
  public UdpStatistics statistics() {
    return statistics;
  }

  /** Lets the tasks that are queued run and ends the loops. Does not wait. */
  @Override
  public synchronized void close() {
    closed = true;
    if (multicast != null) {
      multicast.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }
}
