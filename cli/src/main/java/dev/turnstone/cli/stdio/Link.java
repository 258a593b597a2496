package dev.turnstone.cli.stdio;

import dev.turnstone.cli.link.Failures;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.peerconnection.IceCandidate;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SessionDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** One connection: from an offer, made or taken, to its end. */
final class Link implements PeerConnectionListener, AutoCloseable {
  private final PeerConnection connection;
  private final boolean trickle;
  private final JsonLines out;

  /** Candidates found before the description is out; null from then on. */
  private List<IceCandidate> early = new ArrayList<>();

  private boolean begun;
  private volatile boolean closed;

  Link(Peers peers, PeerConnectionConfiguration configuration, boolean trickle, JsonLines out) {
    this.trickle = trickle;
    this.out = out;
    connection = peers.create(configuration);
    connection.setListener(this);
  }

  /** Whether an offer was made or taken: a further one belongs to a new connection. */
  boolean begun() {
    return begun;
  }

  /** Takes an offer; the answer is written. */
  CompletableFuture<Void> takeOffer(String sdp) {
    begun = true;
    return connection
        .setRemoteDescription(SessionDescription.offer(sdp))
        .thenCompose(applied -> connection.createAnswer())
        .thenCompose(this::apply);
  }

  /** Makes an offer with a channel for the probe; the offer is written. */
  CompletableFuture<Void> makeOffer() {
    begun = true;
    probe();
    return connection.createOffer().thenCompose(this::apply);
  }

  /** Probes on a channel of its own, when that opens; the outcome is written. */
  void probe() {
    DataChannel channel = connection.createDataChannel("probe");
    channel.setListener(new Probe(channel, connection::iceReport, out));
  }

  private CompletableFuture<Void> apply(SessionDescription description) {
    CompletableFuture<Void> applied = connection.setLocalDescription(description);
    CompletableFuture<SessionDescription> complete =
        trickle
            ? applied.thenApply(done -> description)
            : applied.thenCompose(done -> connection.gatheredLocalDescription());
    return complete.thenAccept(this::describe);
  }

  private synchronized void describe(SessionDescription description) {
    out.description(description.type().name().toLowerCase(Locale.ROOT), description.sdp());
    if (trickle) {
      early.forEach(out::candidate);
    }
    early = null;
  }

  CompletableFuture<Void> takeAnswer(String sdp) {
    return connection.setRemoteDescription(SessionDescription.answer(sdp));
  }

  CompletableFuture<Void> addCandidate(IceCandidate candidate) {
    return connection.addIceCandidate(candidate);
  }

  @Override
  public synchronized void onIceCandidate(IceCandidate candidate) {
    if (!trickle) {
      return;
    }
    if (early != null) {
      early.add(candidate);
    } else {
      out.candidate(candidate);
    }
  }

  @Override
  public void onDataChannel(DataChannel channel) {
    channel.setListener(new Echo(channel, out));
  }

  @Override
  public void onConnectionStateChange(PeerConnectionState state) {
    if (state == PeerConnectionState.FAILED && !closed) {
      out.error(
          "connection failed: "
              + connection.failure().map(Failures::message).orElse("no reason is known"));
    }
  }

  @Override
  public void close() {
    closed = true;
    connection.close();
  }
}
