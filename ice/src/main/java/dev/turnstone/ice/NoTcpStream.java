package dev.turnstone.ice;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A stream of a network that has no TCP: it takes nothing. */
record NoTcpStream(InetSocketAddress localAddress) implements IceNetwork.TcpStream {
  @Override
  public void send(ByteBuffer bytes) {}

  @Override
  public void flush() {}

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
