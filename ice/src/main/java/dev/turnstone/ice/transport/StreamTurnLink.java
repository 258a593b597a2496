package dev.turnstone.ice.transport;

import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.turn.TurnDeframer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A TCP or TLS stream to a TURN server. */
final class StreamTurnLink implements TurnLink, IceNetwork.TcpReceiver {
  /**
   * What waits beyond this is dropped: a queue in front of a stream only adds delay to what
   * congestion control would rather see lost.
   */
  private static final long MOST_PENDING = 256 << 10;

  private final Receiver receiver;
  private final TurnDeframer deframer = new TurnDeframer();
  private final IceNetwork.TcpStream stream;
  private boolean open = true;

  /**
   * Begins to connect.
   *
   * @param tlsName the name that the server's certificate must be for; empty means no TLS
   */
  StreamTurnLink(
      IceNetwork network,
      InetSocketAddress local,
      InetSocketAddress server,
      Optional<String> tlsName,
      Receiver receiver) {
    this.receiver = receiver;
    this.stream = network.connect(local, server, tlsName, this);
  }

  @Override
  public void onConnected() {
    if (open) {
      receiver.onReady();
    }
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    if (open && !deframer.handleBytes(bytes, this::deliver) && open) {
      close();
      receiver.onEnd("what the TURN server sends is no TURN");
    }
  }

  private void deliver(ByteBuffer message) {
    if (open) {
      receiver.onMessage(message);
    }
  }

  @Override
  public void onClosed(String reason) {
    if (open) {
      open = false;
      receiver.onEnd(reason);
    }
  }

  @Override
  public InetSocketAddress local() {
    return stream.localAddress();
  }

  @Override
  public boolean isStream() {
    return true;
  }

  @Override
  public boolean isWritable() {
    return stream.pendingBytes() < MOST_PENDING;
  }

  @Override
  public void send(ByteBuffer message) {
    if (open) {
      stream.send(message);
    }
  }

  @Override
  public void flush() {
    if (open) {
      stream.flush();
    }
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      stream.close();
    }
  }
}
