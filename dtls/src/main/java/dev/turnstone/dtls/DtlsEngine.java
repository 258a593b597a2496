package dev.turnstone.dtls;

import java.nio.ByteBuffer;

/**
 * One DTLS connection: datagrams in, datagrams out, application data above. No method blocks.
 *
 * <p>Every method is called on the connection's event loop; the {@link DtlsListener} is called on
 * the same loop, and may be called before a method returns. From inside a listener call {@link
 * #close} is allowed, and sending is from inside any but {@link DtlsListener#onPacket}; {@link
 * #handlePacket} is not.
 */
public interface DtlsEngine extends AutoCloseable {

  /**
   * Begins: a client sends its ClientHello, a server waits for one. The handshake timeout runs from
   * here. Datagrams that came before are kept, as far as they are few, and looked at now.
   *
   * @throws IllegalStateException when {@link #state} is not {@link DtlsState#NEW}
   */
  void start();

  /**
   * Takes one datagram from the network. The bytes are borrowed for the call, and copied once.
   * Whatever is not a good record is counted and dropped; this never throws because of what a peer
   * sent.
   */
  void handlePacket(ByteBuffer datagram);

  /**
   * Sends application data as one record. The bytes are borrowed for the call; the datagram is at
   * {@link DtlsListener#onPacket} before this returns.
   *
   * @param applicationData at most {@link #maxApplicationBytes} bytes
   * @throws IllegalStateException when {@link #state} is not {@link DtlsState#CONNECTED}
   * @throws IllegalArgumentException when it is more than that
   */
  void send(ByteBuffer applicationData);

  /**
   * Sends application data as one record that is made where the data lies, without a copy. The
   * datagram is at {@link DtlsListener#onPacket} before this returns; it is this buffer, whose
   * bytes, position and limit are not what they were afterwards.
   *
   * @param applicationData a heap buffer with at most {@link #maxApplicationBytes} bytes from
   *     position to limit, at least {@link #headroomBytes} before them and {@link #tailroomBytes}
   *     behind them. All of these are overwritten
   * @throws IllegalStateException when {@link #state} is not {@link DtlsState#CONNECTED}
   * @throws IllegalArgumentException when there is more data, less room, or no array to write to.
   *     The buffer is as it was
   */
  void sendInPlace(ByteBuffer applicationData);

  /**
   * What {@link #sendInPlace} needs before the data, in bytes. The same for the engine's whole
   * life.
   */
  int headroomBytes();

  /**
   * What {@link #sendInPlace} needs behind the data, in bytes. The same for the engine's whole
   * life.
   */
  int tailroomBytes();

  /** The state, with the names of W3C's {@code RTCDtlsTransportState}. */
  DtlsState state();

  /** How many application bytes fit one datagram of the configured MTU. */
  int maxApplicationBytes();

  /** What was counted so far. */
  DtlsStatistics statistics();

  /**
   * Sends close_notify when connected, stops a handshake that runs, and frees everything. The
   * listener hears nothing after this returns. A second call does nothing.
   */
  @Override
  void close();
}
