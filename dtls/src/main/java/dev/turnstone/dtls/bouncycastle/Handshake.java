package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsRole;
import java.io.IOException;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;

/** A handshake from its first message to its last: blocks the worker that runs it. */
final class Handshake implements Runnable {

  /** Hears how it ended, on the worker. */
  interface Listener {
    void onCompleted(DTLSTransport transport, NegotiatedSession session);

    void onFailed(Throwable reason);
  }

  private final HandshakeTerms terms;
  private final HandshakeSide network;
  private final DatagramTransport wire;
  private final Listener listener;

  Handshake(
      HandshakeTerms terms, HandshakeSide network, DatagramTransport wire, Listener listener) {
    this.terms = terms;
    this.network = network;
    this.wire = wire;
    this.listener = listener;
  }

  @Override
  public void run() {
    DTLSTransport transport;
    try {
      transport = shakeHands();
    } catch (IOException | RuntimeException | Error e) {
      // The alert that says so.
      network.flush();
      listener.onFailed(e);
      return;
    }
    // The last flight, for whoever sends it, leaves before any application data does.
    network.flush();
    listener.onCompleted(transport, terms.session());
  }

  private DTLSTransport shakeHands() throws IOException {
    return terms.options().role() == DtlsRole.CLIENT
        ? new DTLSClientProtocol().connect(new ClientPeer(terms), wire)
        : new DTLSServerProtocol().accept(new ServerPeer(terms), wire);
  }
}
