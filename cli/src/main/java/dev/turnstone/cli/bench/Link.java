package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import java.util.concurrent.CompletableFuture;

/** Two peers of this process that are connected, and a channel between them. */
public interface Link extends AutoCloseable {

  /** The end that sends. */
  Lane near();

  /** The end that receives, or answers. */
  Lane far();

  /** Completes with the reason when either side fails or is closed. */
  CompletableFuture<Throwable> broken();

  @Override
  void close();

  /** Two peers of ours. */
  static Link of(Pair pair) {
    Lane near = Lane.of(pair.near());
    Lane far = Lane.of(pair.far());
    return new Link() {
      @Override
      public Lane near() {
        return near;
      }

      @Override
      public Lane far() {
        return far;
      }

      @Override
      public CompletableFuture<Throwable> broken() {
        return pair.broken();
      }

      @Override
      public void close() {
        pair.close();
      }
    };
  }
}
