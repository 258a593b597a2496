package dev.turnstone.cli.link;

import dev.turnstone.peerconnection.FactoryStatistics;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Where peer connections come from: the factory in the product, a fake in tests. */
public interface Peers extends AutoCloseable {
  /** How long {@link #close} waits at most for connections to say goodbye. */
  long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long it waits between two looks. */
  long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A new peer connection. */
  PeerConnection create(PeerConnectionConfiguration configuration);

  /** What all of the connections have sent and received so far. */
  Traffic traffic();

  /** Closes all of them, and waits a moment until each has told its peer. */
  @Override
  void close();

  /** Real ones, over UDP. */
  static Peers overUdp() {
    return overUdp(new PeerConnectionFactory());
  }

  /** Real ones of a factory, which is closed with them. */
  static Peers overUdp(PeerConnectionFactory factory) {
    return new Peers() {
      @Override
      public PeerConnection create(PeerConnectionConfiguration configuration) {
        return factory.createPeerConnection(configuration);
      }

      @Override
      public Traffic traffic() {
        FactoryStatistics all = factory.statistics();
        return new Traffic(all.datagramsSent(), all.sendCalls(), all.largestDatagramBytes());
      }

      @Override
      public void close() {
        factory.close();
        // The process often ends right after this: the peers' goodbyes must be out by then.
        long limit = System.nanoTime() + FAREWELL_NANOS;
        while (factory.statistics().openConnections() > 0 && System.nanoTime() < limit) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    };
  }
}
