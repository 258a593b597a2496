package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsState;
import dev.turnstone.dtls.DtlsStatistics;
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

  private int overheadBytes = CipherSuites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.overheadBytes();

  // Until the handshake is done; then null.
  private Inbox inbox = new Inbox();
  private ArrivalOrder order;
  private Wire wire;

  // From then on.
  private DataPhase data;

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
        new HandshakeSide(options.mtu(), inbox, order, flight -> post(() -> handleFlight(flight)));
    wire = new Wire(network);
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
    data = new DataPhase(transport, records, recordsRejected);
    overheadBytes = session.suite().overheadBytes();
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
      case CONNECTED -> handleRecords(datagram.duplicate());
      case CLOSED, FAILED -> datagramsDropped++;
    }
  }

  private void handleRecords(ByteBuffer datagram) {
    int at = datagram.position();
    while (state == DtlsState.CONNECTED && at < datagram.limit()) {
      int end = Records.end(datagram, at);
      if (end < 0) {
        recordsRejected.incrementAndGet();
        return;
      }
      handleRecord(datagram, at, end);
      at = end;
    }
  }

  private void handleRecord(ByteBuffer datagram, int at, int end) {
    DataPhase phase = data;
    DataPhase.Outcome outcome = phase.open(datagram, at, end);
    emit(phase.answers());
    if (state != DtlsState.CONNECTED) {
      return;
    }
    switch (outcome) {
      case APPLICATION_DATA -> listener.onData(phase.plaintext());
      case NOTHING -> {}
      case CLOSED -> endClosed();
      case FAILED -> endFailed(phase.failure());
    }
  }

  @Override
  public void send(ByteBuffer applicationData) {
    if (state != DtlsState.CONNECTED) {
      throw new IllegalStateException("send was called in state " + state);
    }
    if (applicationData.remaining() > maxApplicationBytes()) {
      throw new IllegalArgumentException(
          applicationData.remaining() + " bytes do not fit one record of " + maxApplicationBytes());
    }
    try {
      emit(data.seal(applicationData));
    } catch (DtlsException e) {
      endFailed(e);
    }
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
    return options.mtu() - overheadBytes;
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
