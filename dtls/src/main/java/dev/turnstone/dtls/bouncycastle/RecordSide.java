package dev.turnstone.dtls.bouncycastle;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.bouncycastle.tls.DatagramTransport;

/**
 * The network as BouncyCastle's record layer sees it after the handshake, on the loop: a slot that
 * holds one record or nothing, and never a wait.
 */
final class RecordSide implements DatagramTransport {
  private final int mtu;
  private final InterruptedIOException empty = new EmptySlotException();
  private final Flight flight;

  private ByteBuffer slot;
  private int slotAt;
  private int slotBytes;
  private boolean receiving;
  private ByteBuffer sent;
  private boolean closed;

  RecordSide(int mtu) {
    this.mtu = mtu;
    this.flight = new Flight(mtu);
  }

  /** Puts a record into the slot. The bytes are borrowed until {@link #clear}. */
  void put(ByteBuffer datagram, int at, int end) {
    slot = datagram;
    slotAt = at;
    slotBytes = end - at;
    receiving = true;
  }

  /** Empties the slot. */
  void clear() {
    slot = null;
    receiving = false;
  }

  /** The datagram that BouncyCastle wrote outside {@link #receive}, or null. */
  ByteBuffer takeSent() {
    ByteBuffer taken = sent;
    sent = null;
    return taken;
  }

  /** The datagrams that BouncyCastle wrote in answer to a record: a repeated flight, an alert. */
  List<ByteBuffer> takeAnswers() {
    return flight.take();
  }

  @Override
  public int getReceiveLimit() {
    // BouncyCastle makes a buffer of this size for each call.
    return slotBytes;
  }

  @Override
  public int getSendLimit() {
    return mtu;
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis)
      throws InterruptedIOException {
    if (slot == null) {
      // Of all exceptions this one leaves BouncyCastle's connection as it is.
      throw empty;
    }
    slot.get(slotAt, buffer, offset, slotBytes);
    slot = null;
    return slotBytes;
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    if (receiving) {
      flight.add(buffer, offset, length);
    } else {
      // BouncyCastle makes a new array for each record and keeps none.
      sent = ByteBuffer.wrap(buffer, offset, length);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Whether BouncyCastle has closed: after a close_notify of the peer, or because it failed. */
  boolean isClosed() {
    return closed;
  }

  /** Made once for each engine: it tells nothing that its place in the stack could add to. */
  private static final class EmptySlotException extends InterruptedIOException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
