package dev.turnstone.cli.demo;

import dev.turnstone.cli.link.Peers;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SessionDescription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One browser: its connection and the four channels that the page opens. */
final class Visitor implements PeerConnectionListener {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final String id;
  private final PeerConnection connection;
  private final Runnable gone;
  private volatile PeerConnectionState state = PeerConnectionState.NEW;
  private volatile long sinceNanos = System.nanoTime();

  /**
   * A visitor who has not been answered.
   *
   * @param gone called when the connection is over, perhaps more than once
   */
  Visitor(String id, Peers peers, PeerConnectionConfiguration configuration, Runnable gone) {
    this.id = id;
    this.gone = gone;
    connection = peers.create(configuration);
    connection.setListener(this);
  }

  String id() {
    return id;
  }

  /** Completes with the answer, all candidates inside. */
  CompletableFuture<SessionDescription> answer(SessionDescription offer) {
    return connection
        .setRemoteDescription(offer)
        .thenCompose(applied -> connection.setLocalDescription())
        .thenCompose(applied -> connection.gatheredLocalDescription());
  }

  /** Whether it has been without a connection for longer than anyone would wait. */
  boolean isLost(long nowNanos) {
    return state != PeerConnectionState.CONNECTED && nowNanos - sinceNanos > PATIENCE_NANOS;
  }

  @Override
  public void onConnectionStateChange(PeerConnectionState next) {
    state = next;
    sinceNanos = System.nanoTime();
    if (next == PeerConnectionState.FAILED || next == PeerConnectionState.CLOSED) {
      gone.run();
    }
  }

  @Override
  public void onDataChannel(DataChannel channel) {
    switch (channel.label()) {
      case "chat" -> channel.setListener(new ChatChannel(channel));
      case "ping" -> channel.setListener(new PingChannel(channel));
      case "file" -> channel.setListener(new FileChannel(channel));
      case "bulk" -> channel.setListener(new BulkChannel(channel));
      default -> channel.close(); // not of this page
    }
  }

  void close() {
    connection.close();
  }
}
