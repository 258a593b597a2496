package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.cli.link.Traffic;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The connections that a measurement runs on, and what may go wrong with them meanwhile. */
public final class Load implements AutoCloseable {
  /** What a datagram may hold: RFC 8831 section 5, and what every stack here is set to. */
  static final int MTU = 1200;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final double PAUSE_SECONDS = 0.005;

  private final List<Link> links = new ArrayList<>();
  private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
  private final Supplier<Traffic> traffic;

  private Load(Supplier<Traffic> traffic) {
    this.traffic = traffic;
  }

  /**
   * Connects pairs of ours, one after the other; blocks.
   *
   * @throws CompletionException with the reason, when one does not connect
   */
  public static Load connect(
      Peers peers, PeerConnectionConfiguration configuration, int connections) {
    return connect(
        () -> Link.of(Pair.connect(peers, configuration, DataChannelOptions.DEFAULT).join()),
        connections,
        peers::traffic);
  }

  /**
   * Connects links of any stack, one after the other; blocks.
   *
   * @param source makes a connected link
   * @param traffic what has gone over the wire so far, as far as the stack tells it
   */
  public static Load connect(Supplier<Link> source, int connections, Supplier<Traffic> traffic) {
    Load load = new Load(traffic);
    try {
      for (int i = 0; i < connections; i++) {
        Link link = source.get();
        load.links.add(link);
        link.broken().thenAccept(load::fail);
      }
      return load;
    } catch (RuntimeException failed) {
      load.close();
      throw failed;
    }
  }

  List<Link> links() {
    return links;
  }

  Traffic traffic() {
    return traffic.get();
  }

  /** Ends the measurement with a reason. */
  void fail(Throwable reason) {
    broken.complete(reason);
  }

  /** Has the work done on another thread's time: a failure of it ends the measurement. */
  void guard(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException failed) {
      fail(failed);
    }
  }

  /**
   * Lets the measurement run.
   *
   * @throws CompletionException with the reason, when a connection breaks meanwhile
   */
  void run(double seconds) {
    try {
      Throwable why =
          broken.get((long) (seconds * TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
      throw new CompletionException(why);
    } catch (TimeoutException whole) {
      // The time is over and nothing broke.
    } catch (ExecutionException impossible) {
      throw new CompletionException(impossible.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CompletionException("interrupted", interrupted);
    }
  }

  /**
   * Lets it run until something is so, or for half a minute.
   *
   * @throws CompletionException with the reason, when a connection breaks meanwhile
   * @throws IllegalStateException when it is not so even then
   */
  void runUntil(BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > PATIENCE_NANOS) {
        throw new IllegalStateException("not all that was sent has arrived");
      }
      run(PAUSE_SECONDS);
    }
  }

  /**
   * The largest datagram so far, in bytes; 0 where the stack does not tell.
   *
   * @throws IllegalStateException when it is larger than a path would carry: over loopback such
   *     figures say nothing about a network
   */
  long checkedLargestDatagramBytes() {
    long largest = traffic.get().largestDatagramBytes();
    if (largest > MTU) {
      throw new IllegalStateException(
          "a datagram had "
              + largest
              + " bytes where at most "
              + MTU
              + " are allowed: what was measured is not WebRTC over a network");
    }
    return largest;
  }

  @Override
  public void close() {
    links.forEach(Link::close);
  }
}
