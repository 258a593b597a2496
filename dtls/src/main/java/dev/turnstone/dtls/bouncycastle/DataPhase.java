package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.record.Aead;
import dev.turnstone.dtls.record.KeysExhaustedException;
import dev.turnstone.dtls.record.Opening;
import dev.turnstone.dtls.record.Sealing;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.tls.DTLSRecordCallback;
import org.bouncycastle.tls.DTLSTransport;

/**
 * Records after the handshake, one at a time and without a wait. Application data is sealed and
 * opened here, in place; alerts, and handshake messages that a peer repeats because it missed our
 * last flight, are BouncyCastle's. Both go through one {@link RecordProtection}.
 */
final class DataPhase {

  /** What a record was. */
  enum Outcome {
    /** {@link #plaintext} has it. */
    APPLICATION_DATA,
    /** Not for the layer above, or not good. */
    NOTHING,
    /** The peer closed. */
    CLOSED,
    /** The connection is over; {@link #failure} says why. */
    FAILED
  }

  private final DTLSTransport transport;
  private final RecordSide network;
  private final Sealing sealing;
  private final Opening opening;
  private final AtomicLong rejected;

  private ByteBuffer slab = ByteBuffer.allocate(2048);
  private ByteBuffer plaintext = slab.duplicate();
  private boolean accepted;
  private final DTLSRecordCallback onAccepted = flags -> accepted = true;

  /** Whether application data came, which only who has our last flight sends. */
  private boolean peerHasLastFlight;

  private DtlsException failure;

  DataPhase(
      DTLSTransport transport,
      RecordSide network,
      RecordProtection protection,
      AtomicLong rejected) {
    this.transport = transport;
    this.network = network;
    this.sealing = protection.sealing();
    this.opening = protection.opening();
    this.rejected = rejected;
  }

  /** Copies a datagram to where its records can be opened, until the next. */
  ByteBuffer copy(ByteBuffer datagram) {
    int bytes = datagram.remaining();
    if (slab.capacity() < bytes) {
      slab = ByteBuffer.allocate(bytes);
      plaintext = slab.duplicate();
    }
    datagram.get(datagram.position(), slab.array(), 0, bytes);
    return slab.limit(bytes);
  }

  /**
   * Opens a record of the datagram that was copied last.
   *
   * @param at where it begins, {@code end} where it ends
   */
  Outcome open(int at, int end) {
    if (!Records.isAcceptable(slab, at)) {
      rejected.incrementAndGet();
      return Outcome.NOTHING;
    }
    // The first goes to BouncyCastle, which then forgets our last flight and hears no handshake
    // messages in the clear any more (RFC 6347 section 4.2.4).
    return peerHasLastFlight && Records.isApplicationData(slab, at)
        ? openData(at, end)
        : openOther(at, end);
  }

  private Outcome openData(int at, int end) {
    int fragment = at + Records.HEADER_BYTES;
    int bytes =
        opening.open(
            Sealing.APPLICATION_DATA,
            slab.getLong(at + Records.NUMBER_OFFSET),
            slab.array(),
            fragment,
            end - fragment);
    if (bytes == Opening.REFUSED) {
      return reject();
    }
    return data(opening.dataAt(fragment), bytes);
  }

  private Outcome openOther(int at, int end) {
    accepted = false;
    int length = -1;
    network.put(slab, at, end);
    try {
      // A wait of 0 would mean for ever; the empty slot ends the call long before a millisecond.
      length = transport.receive(slab.array(), at, end - at, 1, onAccepted);
    } catch (InterruptedIOException e) {
      // The slot is empty: the record held no application data.
    } catch (IOException e) {
      if (Failures.isCloseNotify(e)) {
        return Outcome.CLOSED;
      }
      failure = Failures.describe(e);
      return Outcome.FAILED;
    } finally {
      network.clear();
    }
    if (length >= 0) {
      peerHasLastFlight = true;
      return data(at, length);
    }
    if (network.isClosed()) {
      return Outcome.CLOSED;
    }
    return accepted ? Outcome.NOTHING : reject();
  }

  private Outcome data(int at, int length) {
    plaintext.limit(at + length).position(at);
    return Outcome.APPLICATION_DATA;
  }

  private Outcome reject() {
    rejected.incrementAndGet();
    if (opening.isWornOut()) {
      failure = Failures.describe(new KeysExhaustedException());
      return Outcome.FAILED;
    }
    return Outcome.NOTHING;
  }

  /** The application data of the last record, until the next datagram. */
  ByteBuffer plaintext() {
    return plaintext;
  }

  DtlsException failure() {
    return failure;
  }

  /** What is to be sent because of the last record: a repeated flight, an alert. */
  List<ByteBuffer> answers() {
    return network.takeAnswers();
  }

  /**
   * Makes a record of application data where it lies, and leaves the buffer with the record.
   *
   * @param data with room before and behind it
   */
  void seal(ByteBuffer data) throws DtlsException {
    int at = data.position();
    try {
      sealing.seal(
          Sealing.APPLICATION_DATA, data.array(), data.arrayOffset() + at, data.remaining());
    } catch (KeysExhaustedException e) {
      throw Failures.describe(e);
    }
    data.limit(data.limit() + Aead.TAG_BYTES).position(at - sealing.headroomBytes());
  }

  /** The close_notify alert, in no datagram or one. */
  List<ByteBuffer> close() {
    try {
      transport.close();
    } catch (IOException e) {
      // Closing goes on whatever happens.
    }
    ByteBuffer alert = network.takeSent();
    return alert == null ? List.of() : List.of(alert);
  }
}
