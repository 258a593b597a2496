package dev.turnstone.cli.link;

import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;

/** Where peer connections come from: the factory in the product, a fake in tests. */
public interface Peers extends AutoCloseable {

  /** A new peer connection. */
  PeerConnection create(PeerConnectionConfiguration configuration);

  /** The largest datagram that any of the connections has sent so far, in bytes; 0 if unknown. */
  long largestDatagramBytes();

  @Override
  void close();

  /** Real ones, over UDP. */
  static Peers overUdp() {
    PeerConnectionFactory factory = new PeerConnectionFactory();
    return new Peers() {
      @Override
      public PeerConnection create(PeerConnectionConfiguration configuration) {
        return factory.createPeerConnection(configuration);
      }

      @Override
      public long largestDatagramBytes() {
        return factory.statistics().largestDatagramBytes();
      }

      @Override
      public void close() {
        factory.close();
      }
    };
  }
}
