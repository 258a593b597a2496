package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsClient;

/** A client of BouncyCastle's own, for what our engine would not do as a client. */
final class RawClient implements DatagramTransport {
  final LinkedBlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();
  final CompletableFuture<DTLSTransport> connected = new CompletableFuture<>();
  private final Pair pair;

  /** Takes the place of the pair's client. */
  RawClient(Pair pair) {
    this.pair = pair;
    pair.server.path = inbox::add;
  }

  void connect(TlsClient client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                connected.complete(new DTLSClientProtocol().connect(client, this));
              } catch (IOException | RuntimeException e) {
                connected.completeExceptionally(e);
              }
            },
            "raw client");
    pair.workers.add(thread);
    thread.start();
  }

  @Override
  public int getReceiveLimit() {
    return 2000;
  }

  @Override
  public int getSendLimit() {
    return 1200;
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    byte[] datagram;
    try {
      datagram = inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (datagram == null) {
      return -1;
    }
    if (datagram.length == 0) {
      throw new IOException("asked to fail");
    }
    System.arraycopy(datagram, 0, buffer, offset, datagram.length);
    return datagram.length;
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    byte[] copy = new byte[length];
    System.arraycopy(buffer, offset, copy, 0, length);
    pair.deliver(pair.server, copy);
  }

  @Override
  public void close() {}
}
