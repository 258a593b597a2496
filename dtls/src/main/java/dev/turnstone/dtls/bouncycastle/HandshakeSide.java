package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;

/**
 * The network as the handshake's worker sees it: blocking. What it writes is held together until it
 * begins to wait, and then leaves as one flight.
 */
final class HandshakeSide implements DatagramTransport {
  private final int mtu;
  private final Inbox inbox;
  private final ArrivalOrder order;
  private final Consumer<List<ByteBuffer>> out;
  private final Flight flight;

  /** What there is to do while we wait for the peer the first time; then null. */
  private Preparation preparation;

  /** Work for the worker's own thread. */
  @FunctionalInterface
  interface Preparation {
    void run() throws IOException;
  }

  HandshakeSide(
      int mtu,
      Inbox inbox,
      ArrivalOrder order,
      Consumer<List<ByteBuffer>> out,
      Preparation preparation) {
    this.preparation = preparation;
    this.mtu = mtu;
    this.inbox = inbox;
    this.order = order;
    this.out = out;
    this.flight = new Flight(mtu);
  }

  @Override
  public int getReceiveLimit() {
    return Records.MAX_RECORD_BYTES;
  }

  @Override
  public int getSendLimit() {
    return mtu;
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    flush();
    prepare();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    for (; ; ) {
      ByteBuffer record = order.poll();
      if (record != null && record.remaining() <= length) {
        int bytes = record.remaining();
        record.get(buffer, offset, bytes);
        return bytes;
      }
      if (record == null) {
        byte[] datagram = inbox.take(deadline);
        if (datagram == null) {
          return -1;
        }
        order.accept(ByteBuffer.wrap(datagram));
      }
    }
  }

  private void prepare() throws IOException {
    if (preparation != null) {
      Preparation once = preparation;
      preparation = null;
      once.run();
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    flight.add(buffer, offset, length);
  }

  /** Sends off what was written: at the handshake's end, and before each wait. */
  void flush() {
    List<ByteBuffer> datagrams = flight.take();
    if (!datagrams.isEmpty()) {
      out.accept(datagrams);
    }
  }

  @Override
  public void close() {
    // The worker flushes when BouncyCastle has returned.
  }
}
