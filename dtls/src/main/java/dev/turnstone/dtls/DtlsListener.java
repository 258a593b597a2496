package dev.turnstone.dtls;

import java.nio.ByteBuffer;

/**
 * Hears what a {@link DtlsEngine} has to tell. Every method is called on the connection's event
 * loop and must not block.
 */
public interface DtlsListener {

  /** A datagram for the network below. The bytes are borrowed for the call. */
  void onPacket(ByteBuffer datagram);

  /**
   * A flight or a record written outside a call from the loop is complete: flush the network below.
   */
  void onFlush();

  /** The handshake is done and the peer's certificate matches its fingerprint. */
  void onConnected(DtlsSession session);

  /** One record of application data. The bytes are borrowed for the call. */
  void onData(ByteBuffer applicationData);

  /** The peer sent close_notify. The engine is closed. */
  void onClosed();

  /** The connection failed and is closed. Nothing was or will be delivered unauthenticated. */
  void onFailed(DtlsException reason);
}
