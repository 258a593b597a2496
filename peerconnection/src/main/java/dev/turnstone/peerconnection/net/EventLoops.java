package dev.turnstone.peerconnection.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The event loops of one factory. Each connection lives on one of them; one loop carries many
 * connections.
 */
public final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final List<EventLoop> all = new ArrayList<>();
  private final UdpStatistics statistics = new UdpStatistics();

  /**
   * Starts loops; their threads are daemons and start when first used.
   *
   * @param threads how many loops, at least 1
   */
  public EventLoops(int threads) {
    group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("turnstone-loop", true), NioIoHandler.newFactory());
    group.forEach(loop -> all.add((EventLoop) loop));
  }

  /**
   * A loop for a new connection.
   *
   * @param endTurn runs on the loop at the end of every turn: drains the cores
   * @param onFault hears of a task that threw: a defect of ours, never of a peer
   */
  public ConnectionLoop newConnectionLoop(Runnable endTurn, Consumer<Throwable> onFault) {
    return new ConnectionLoop(group.next(), endTurn, onFault);
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
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }
}
