package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.tls.DTLSRecordCallback;
import org.bouncycastle.tls.DTLSTransport;

/**
 * BouncyCastle's record layer after the handshake, one record at a time and without a wait. An own
 * record layer for application data would stand here; repeated flights and alerts would stay.
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
  private final AtomicLong rejected;

  private byte[] opened = new byte[2048];
  private ByteBuffer plaintext = ByteBuffer.wrap(opened);
  private byte[] toSeal = {};
  private boolean accepted;
  private final DTLSRecordCallback onAccepted = flags -> accepted = true;
  private DtlsException failure;

  DataPhase(DTLSTransport transport, RecordSide network, AtomicLong rejected) {
    this.transport = transport;
    this.network = network;
    this.rejected = rejected;
  }

  Outcome open(ByteBuffer datagram, int at, int end) {
    if (!Records.isAcceptable(datagram, at)) {
      rejected.incrementAndGet();
      return Outcome.NOTHING;
    }
    reserve(end - at);
    accepted = false;
    int length = -1;
    network.put(datagram, at, end);
    try {
      // A wait of 0 would mean for ever; the empty slot ends the call long before a millisecond.
      length = transport.receive(opened, 0, opened.length, 1, onAccepted);
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
    if (!accepted) {
      rejected.incrementAndGet();
    }
    if (length >= 0) {
      plaintext.clear().limit(length);
      return Outcome.APPLICATION_DATA;
    }
    return network.isClosed() ? Outcome.CLOSED : Outcome.NOTHING;
  }

  /** BouncyCastle wants room for what a record could hold. */
  private void reserve(int bytes) {
    if (opened.length < bytes) {
      opened = new byte[bytes];
      plaintext = ByteBuffer.wrap(opened);
    }
  }

  /** The application data of the last record, until the next. */
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

  /** One record with application data, as a datagram. */
  ByteBuffer seal(ByteBuffer applicationData) throws DtlsException {
    int length = applicationData.remaining();
    try {
      if (applicationData.hasArray() && length > 0) {
        int offset = applicationData.arrayOffset() + applicationData.position();
        transport.send(applicationData.array(), offset, length);
      } else {
        if (toSeal.length < length || toSeal.length == 0) {
          toSeal = new byte[Math.max(length, 2048)];
        }
        applicationData.get(applicationData.position(), toSeal, 0, length);
        transport.send(toSeal, 0, length);
      }
    } catch (IOException e) {
      throw Failures.describe(e);
    }
    return network.takeSent();
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
