package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsState;
import dev.turnstone.dtls.DtlsStatistics;
import dev.turnstone.dtls.record.Aead;
import dev.turnstone.dtls.record.Sealing;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.tls.DTLSTransport;

/**
 * The engine: owned by the loop. While the handshake runs on its worker, the two share an {@link
 * Inbox} one way and posted tasks the other, and nothing else. When the task comes that says the
 * handshake is done, the worker has gone: the loop takes over BouncyCastle's record layer, and
 * looks first at what had arrived for the worker, in its order.
 */
final class BouncyCastleDtlsEngine implements DtlsEngine {
  /** Enough for every suite: what is asked for does not change with the handshake. */
  private static final int HEADROOM_BYTES = Aead.AES_128_GCM.headroomBytes();

  private final DtlsOptions options;
  private final HandshakeTerms terms;
  private final Executor loop;
  private final Executor workers;
  private final DtlsListener listener;

  private final AtomicLong recordsRejected = new AtomicLong();
  private long datagramsReceived;
  private long datagramsSent;
  private long datagramsDropped;

  private DtlsState state = DtlsState.NEW;

  /** After {@link #close} the listener hears nothing, whatever is on its way. */
  private boolean released;

  private Aead aead = Aead.AES_128_GCM;

  // Until the handshake is done; then null.
  private Inbox inbox = new Inbox();
  private ArrivalOrder order;
  private Wire wire;

  // From then on.
  private DataPhase data;
  private ByteBuffer toSeal;

  BouncyCastleDtlsEngine(
      DtlsOptions options,
      HandshakeTerms terms,
      Executor loop,
      Executor workers,
      DtlsListener listener) {
    this.options = options;
    this.terms = terms;
    this.loop = loop;
    this.workers = workers;
    this.listener = listener;
    this.order = new ArrivalOrder(options.role(), recordsRejected);
  }

  @Override
  public void start() {
    if (state != DtlsState.NEW) {
      throw new IllegalStateException("start was called in state " + state);
    }
    state = DtlsState.CONNECTING;
    HandshakeSide network =
        new HandshakeSide(
            options.mtu(),
            inbox,
            order,
            flight -> post(() -> handleFlight(flight)),
            terms.crypto()::makeKeyShare);
    wire = new Wire(terms.crypto(), network);
    Handshake handshake =
        new Handshake(
            terms,
            network,
            wire,
            new Handshake.Listener() {
              @Override
              public void onCompleted(DTLSTransport transport, NegotiatedSession session) {
                post(() -> handleCompleted(transport, session));
              }

              @Override
              public void onFailed(Throwable reason) {
                post(() -> handleFailed(reason));
              }
            });
    try {
      workers.execute(handshake);
    } catch (RejectedExecutionException e) {
      handleFailed(e);
    }
  }

  /** Worker to loop. A loop that takes no more tasks has nobody left to tell. */
  private void post(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      inbox.close();
    }
  }

  private void handleFlight(List<ByteBuffer> flight) {
    if (state == DtlsState.CONNECTING) {
      emit(flight);
      flush();
    }
  }

  private void handleCompleted(DTLSTransport transport, NegotiatedSession session) {
    if (state != DtlsState.CONNECTING) {
      return;
    }
    Inbox arrived = inbox;
    ArrivalOrder split = order;
    RecordSide records = new RecordSide(options.mtu());
    wire.become(records);
    data = new DataPhase(transport, records, terms.crypto().protection(), recordsRejected);
    aead = session.suite().aead();
    inbox = null;
    order = null;
    wire = null;
    state = DtlsState.CONNECTED;
    listener.onConnected(session);

    for (ByteBuffer record = split.poll(); record != null; record = split.poll()) {
      handleRecords(record);
    }
    for (byte[] datagram = arrived.poll(); datagram != null; datagram = arrived.poll()) {
      handleRecords(ByteBuffer.wrap(datagram));
    }
    flush();
  }

  private void handleFailed(Throwable reason) {
    if (state != DtlsState.CONNECTING) {
      return;
    }
    if (Failures.isCloseNotify(reason)) {
      endClosed();
    } else {
      endFailed(Failures.describe(reason));
    }
  }

  @Override
  public void handlePacket(ByteBuffer datagram) {
    datagramsReceived++;
    switch (state) {
      case NEW, CONNECTING -> {
        if (!inbox.offer(datagram)) {
          datagramsDropped++;
        }
      }
      case CONNECTED -> handleRecords(datagram);
      case CLOSED, FAILED -> datagramsDropped++;
    }
  }

  private void handleRecords(ByteBuffer borrowed) {
    DataPhase phase = data;
    if (phase == null) {
      return;
    }
    ByteBuffer datagram = phase.copy(borrowed);
    int at = 0;
    while (state == DtlsState.CONNECTED && at < datagram.limit()) {
      int end = Records.end(datagram, at);
      if (end < 0) {
        recordsRejected.incrementAndGet();
        return;
      }
      handleRecord(phase, at, end);
      at = end;
    }
  }

  private void handleRecord(DataPhase phase, int at, int end) {
    DataPhase.Outcome outcome = phase.open(at, end);
    emit(phase.answers());
    if (state != DtlsState.CONNECTED) {
      return;
    }
    switch (outcome) {
      case APPLICATION_DATA -> listener.onData(phase.plaintext());
      case NOTHING -> {}
      case CLOSED -> endClosed();
      case FAILED -> {
        // When it was not BouncyCastle who gave up, the peer has not been told.
        emit(phase.close());
        endFailed(phase.failure());
      }
    }
  }

  @Override
  public void send(ByteBuffer applicationData) {
    checkSendable(applicationData);
    if (toSeal == null) {
      toSeal = ByteBuffer.allocate(HEADROOM_BYTES + maxApplicationBytes() + Aead.TAG_BYTES);
    }
    int bytes = applicationData.remaining();
    toSeal.limit(HEADROOM_BYTES + bytes).position(HEADROOM_BYTES);
    applicationData.get(applicationData.position(), toSeal.array(), HEADROOM_BYTES, bytes);
    seal(toSeal);
  }

  @Override
  public void sendInPlace(ByteBuffer applicationData) {
    checkSendable(applicationData);
    if (!applicationData.hasArray()
        || applicationData.position() < HEADROOM_BYTES
        || applicationData.capacity() - applicationData.limit() < Aead.TAG_BYTES) {
      throw new IllegalArgumentException(
          "in place needs a heap buffer that can be written to, with "
              + HEADROOM_BYTES
              + " bytes before the data and "
              + Aead.TAG_BYTES
              + " behind it, not "
              + applicationData);
    }
    seal(applicationData);
  }

  private void checkSendable(ByteBuffer applicationData) {
    if (state != DtlsState.CONNECTED) {
      throw new IllegalStateException("send was called in state " + state);
    }
    if (applicationData.remaining() > maxApplicationBytes()) {
      throw new IllegalArgumentException(
          applicationData.remaining() + " bytes do not fit one record of " + maxApplicationBytes());
    }
  }

  private void seal(ByteBuffer applicationData) {
    try {
      data.seal(applicationData);
    } catch (DtlsException e) {
      // RFC 6347 section 4.1: the association is given up before its numbers begin anew.
      emit(data.close());
      endFailed(e);
      return;
    }
    emit(applicationData);
  }

  private void emit(List<ByteBuffer> datagrams) {
    for (ByteBuffer datagram : datagrams) {
      emit(datagram);
    }
  }

  private void emit(ByteBuffer datagram) {
    if (!released) {
      datagramsSent++;
      listener.onPacket(datagram);
    }
  }

  private void flush() {
    if (!released) {
      listener.onFlush();
    }
  }

  /** An alert may have been written just before: it leaves before the end is told. */
  private void endClosed() {
    end(DtlsState.CLOSED);
    flush();
    if (!released) {
      listener.onClosed();
    }
  }

  private void endFailed(DtlsException reason) {
    end(DtlsState.FAILED);
    flush();
    if (!released) {
      listener.onFailed(reason);
    }
  }

  private void end(DtlsState end) {
    state = end;
    data = null;
    if (inbox != null) {
      inbox.close();
    }
  }

  @Override
  public DtlsState state() {
    return state;
  }

  @Override
  public int maxApplicationBytes() {
    return Math.min(options.mtu() - aead.overheadBytes(), Sealing.MAX_PLAINTEXT_BYTES);
  }

  @Override
  public int headroomBytes() {
    return HEADROOM_BYTES;
  }

  @Override
  public int tailroomBytes() {
    return Aead.TAG_BYTES;
  }

  @Override
  public DtlsStatistics statistics() {
    return new DtlsStatistics(
        datagramsReceived, datagramsSent, datagramsDropped, recordsRejected.get());
  }

  @Override
  public void close() {
    switch (state) {
      case NEW, CONNECTING -> end(DtlsState.CLOSED);
      case CONNECTED -> {
        DataPhase phase = data;
        end(DtlsState.CLOSED);
        // RFC 5246 section 7.2.1: close_notify before the write side closes.
        emit(phase.close());
      }
      case CLOSED, FAILED -> {}
    }
    released = true;
  }
}
