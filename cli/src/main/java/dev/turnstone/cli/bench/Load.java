package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The connections that a measurement runs on. */
public final class Load implements AutoCloseable {
  private final List<Pair> pairs = new ArrayList<>();

  private Load() {}

  /**
   * Connects pairs, one after the other; blocks.
   *
   * @throws CompletionException with the reason, when one does not connect
   */
  public static Load connect(
      Peers peers, PeerConnectionConfiguration configuration, int connections) {
    Load load = new Load();
    try {
      for (int i = 0; i < connections; i++) {
        load.pairs.add(Pair.connect(peers, configuration, DataChannelOptions.DEFAULT).join());
      }
      return load;
    } catch (CompletionException failed) {
      load.close();
      throw failed;
    }
  }

  List<Pair> pairs() {
    return pairs;
  }

  /**
   * Lets the measurement run.
   *
   * @throws CompletionException with the reason, when a connection breaks meanwhile
   */
  void run(double seconds) {
    CompletableFuture<?>[] broken =
        pairs.stream().map(Pair::broken).toArray(CompletableFuture<?>[]::new);
    try {
      Object why =
          CompletableFuture.anyOf(broken)
              .get((long) (seconds * TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
      throw new CompletionException((Throwable) why);
    } catch (TimeoutException whole) {
      // The time is over and nothing broke.
    } catch (ExecutionException impossible) {
      throw new CompletionException(impossible.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CompletionException("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    pairs.forEach(Pair::close);
  }
}
