package dev.turnstone.peerconnection;

/**
 * Skeleton: the signatures are the agreement, the bodies are being written. Owns event loops and
 * worker threads.
 */
public final class PeerConnectionFactory implements AutoCloseable {

  /** A factory with one event loop per core. */
  public PeerConnectionFactory() {}

  /** A new connection with the default configuration. */
  public PeerConnection createPeerConnection() {
    return createPeerConnection(PeerConnectionConfiguration.builder().build());
  }

  /** A new connection. */
  public PeerConnection createPeerConnection(PeerConnectionConfiguration configuration) {
    throw new UnsupportedOperationException("being written: " + configuration);
  }

  @Override
  public void close() {}
}
