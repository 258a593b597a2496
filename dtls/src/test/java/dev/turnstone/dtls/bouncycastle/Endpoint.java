package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A listener that remembers, and the engine it listens to. */
final class Endpoint implements DtlsListener {

  /** What happens to the datagrams that an endpoint sends. */
  interface Path {
    /** A datagram, whose array is the path's to keep. */
    void send(byte[] datagram);

    /** The end of a flight. */
    default void flush() {}
  }

  final String name;
  DtlsEngine engine;
  Path path;
  Runnable whenConnected = () -> {};

  DtlsSession session;
  final List<String> data = new ArrayList<>();
  DtlsException failure;
  boolean closed;
  int events;
  int datagramsSent;
  int largestDatagram;

  Endpoint(String name) {
    this.name = name;
  }

  void send(String text) {
    engine.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  boolean isOver() {
    return closed || failure != null;
  }

  @Override
  public void onPacket(ByteBuffer datagram) {
    events++;
    datagramsSent++;
    largestDatagram = Math.max(largestDatagram, datagram.remaining());
    byte[] copy = new byte[datagram.remaining()];
    datagram.get(copy);
    path.send(copy);
  }

  @Override
  public void onFlush() {
    events++;
    path.flush();
  }

  @Override
  public void onConnected(DtlsSession session) {
    events++;
    if (this.session != null) {
      throw new AssertionError(name + " connected twice");
    }
    this.session = session;
    whenConnected.run();
  }

  @Override
  public void onData(ByteBuffer applicationData) {
    events++;
    data.add(StandardCharsets.UTF_8.decode(applicationData).toString());
  }

  @Override
  public void onClosed() {
    events++;
    closed = true;
  }

  @Override
  public void onFailed(DtlsException reason) {
    events++;
    failure = reason;
  }
}
