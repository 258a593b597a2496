package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import org.bouncycastle.tls.DatagramTransport;

/**
 * The one transport that BouncyCastle holds for a connection's life. It stands for the worker's
 * side until the loop, when the worker is done, puts its own in its place.
 */
final class Wire implements DatagramTransport {
  private DatagramTransport side;

  Wire(DatagramTransport side) {
    this.side = side;
  }

  void become(DatagramTransport side) {
    this.side = side;
  }

  @Override
  public int getReceiveLimit() throws IOException {
    return side.getReceiveLimit();
  }

  @Override
  public int getSendLimit() throws IOException {
    return side.getSendLimit();
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    return side.receive(buffer, offset, length, waitMillis);
  }

  @Override
  public void send(byte[] buffer, int offset, int length) throws IOException {
    side.send(buffer, offset, length);
  }

  @Override
  public void close() throws IOException {
    side.close();
  }
}
