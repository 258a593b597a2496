package dev.turnstone.cli.link;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Two peers of this JVM, connected with each other, and a channel that is open on both sides.
 * Signaling is a method call; all else is as between two machines.
 */
public final class Pair implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 30;

  private final PeerConnection offerer;
  private final PeerConnection answerer;
  private final DataChannel near;
  private final CompletableFuture<DataChannel> far = new CompletableFuture<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Throwable> broken = new CompletableFuture<>();

  private long offerNanos;

  private Pair(Peers peers, PeerConnectionConfiguration configuration, DataChannelOptions options) {
    offerer = peers.create(configuration);
    answerer = peers.create(configuration);
    offerer.setListener(
        new PeerConnectionListener() {
          @Override
          public void onConnectionStateChange(PeerConnectionState state) {
            watch(offerer, state);
          }
        });
    answerer.setListener(
        new PeerConnectionListener() {
          @Override
          public void onDataChannel(DataChannel channel) {
            far.complete(channel);
          }

          @Override
          public void onConnectionStateChange(PeerConnectionState state) {
            watch(answerer, state);
          }
        });
    near = offerer.createDataChannel("pair", options);
    near.setListener(
        new DataChannelListener() {
          @Override
          public void onOpen() {
            opened.complete(null);
          }
        });
  }

  /**
   * Connects two new peers.
   *
   * @return completes when the channel is open on both sides; fails with the reason, or after 30
   *     seconds, and both are closed then
   */
  public static CompletableFuture<Pair> connect(
      Peers peers, PeerConnectionConfiguration configuration, DataChannelOptions options) {
    Pair pair = new Pair(peers, configuration, options);
    pair.offerNanos = System.nanoTime();
    CompletableFuture<Void> signaled =
        pair.offerer
            .setLocalDescription()
            .thenCompose(applied -> pair.offerer.gatheredLocalDescription())
            .thenCompose(pair.answerer::setRemoteDescription)
            .thenCompose(applied -> pair.answerer.setLocalDescription())
            .thenCompose(applied -> pair.answerer.gatheredLocalDescription())
            .thenCompose(pair.offerer::setRemoteDescription);
    CompletableFuture<Pair> connected = new CompletableFuture<>();
    CompletableFuture.allOf(signaled, pair.opened, pair.far)
        .thenRun(() -> connected.complete(pair));
    signaled.exceptionally(
        failure -> {
          connected.completeExceptionally(Failures.unwrap(failure));
          return null;
        });
    pair.broken.thenAccept(connected::completeExceptionally);
    return connected
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                pair.close();
              }
            });
  }

  private void watch(PeerConnection connection, PeerConnectionState state) {
    if (state == PeerConnectionState.FAILED || state == PeerConnectionState.CLOSED) {
      broken.complete(
          connection
              .failure()
              .orElseGet(() -> new IllegalStateException("the connection is " + state)));
    }
  }

  /** When both peers had been made and the offer was asked for, by {@link System#nanoTime}. */
  public long offerNanos() {
    return offerNanos;
  }

  /** The channel at the side that offered. */
  public DataChannel near() {
    return near;
  }

  /** The channel at the side that answered. */
  public DataChannel far() {
    return far.join();
  }

  /** Completes with the reason when either side fails or is closed. */
  public CompletableFuture<Throwable> broken() {
    return broken;
  }

  @Override
  public void close() {
    offerer.close();
    answerer.close();
  }
}
