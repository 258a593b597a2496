package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.DatagramTransport;

/**
 * The one transport that BouncyCastle holds for a connection's life. It stands for the worker's
 * side until the loop, when the worker is done, puts its own in its place. Every protected record
 * of BouncyCastle's passes here, and gets the number that it was sealed under.
 */
final class Wire implements DatagramTransport {
  private final ConnectionCrypto crypto;
  private DatagramTransport side;

  Wire(ConnectionCrypto crypto, DatagramTransport side) {
    this.crypto = crypto;
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

  /** Takes one record: BouncyCastle never puts two into one datagram. */
  @Override
  public void send(byte[] buffer, int offset, int length) throws IOException {
    if (Records.epoch(ByteBuffer.wrap(buffer), offset) > 0) {
      crypto.protection().stamp(buffer, offset);
    }
    side.send(buffer, offset, length);
  }

  @Override
  public void close() throws IOException {
    side.close();
  }
}
