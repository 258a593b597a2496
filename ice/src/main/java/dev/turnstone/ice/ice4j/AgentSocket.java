package dev.turnstone.ice.ice4j;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;
import org.ice4j.socket.IceSocketWrapper;

/**
 * What ice4j takes for a socket: a bounded inbox that the loop fills with genuine STUN, and a way
 * to the loop for what it sends. A thread of ice4j waits at the inbox.
 */
final class AgentSocket extends IceSocketWrapper {
  /** No check is longer; what is longer is dropped. */
  static final int MAX_DATAGRAM = 1500;

  /** More than a peer's checks of one round trip; beyond it the peer floods, and may repeat. */
  private static final int MAX_WAITING = 64;

  private static final Inbound CLOSED = new Inbound(new byte[0], null);

  private final InetSocketAddress local;
  private final BiConsumer<ByteBuffer, InetSocketAddress> sender;
  private final BlockingQueue<Inbound> inbox = new ArrayBlockingQueue<>(MAX_WAITING);
  private volatile boolean closed;

  /**
   * @param local where the real socket is bound
   * @param sender called on ice4j's threads; takes the bytes for good
   */
  AgentSocket(InetSocketAddress local, BiConsumer<ByteBuffer, InetSocketAddress> sender) {
    this.local = local;
    this.sender = sender;
  }

  /** Copies a datagram into the inbox; false when it is full, too long or closed. */
  boolean deliver(ByteBuffer packet, InetSocketAddress from) {
    if (closed || packet.remaining() > MAX_DATAGRAM) {
      return false;
    }
    byte[] copy = new byte[packet.remaining()];
    packet.get(packet.position(), copy);
    return inbox.offer(new Inbound(copy, from));
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    Inbound inbound;
    try {
      inbound = closed ? CLOSED : inbox.take();
    } catch (InterruptedException e) {
      inbound = CLOSED;
    }
    if (inbound == CLOSED) {
      throw new SocketException("closed");
    }
    System.arraycopy(inbound.bytes, 0, packet.getData(), 0, inbound.bytes.length);
    packet.setLength(inbound.bytes.length);
    packet.setSocketAddress(inbound.from);
  }

  @Override
  public void send(DatagramPacket packet) {
    if (!closed) {
      ByteBuffer bytes =
          ByteBuffer.allocate(packet.getLength())
              .put(packet.getData(), packet.getOffset(), packet.getLength())
              .flip();
      sender.accept(bytes, (InetSocketAddress) packet.getSocketAddress());
    }
  }

  /** Wakes the thread that waits. The real socket is the generation's to close. */
  @Override
  public void close() {
    closed = true;
    inbox.clear();
    inbox.offer(CLOSED);
  }

  @Override
  public InetAddress getLocalAddress() {
    return local.getAddress();
  }

  @Override
  public int getLocalPort() {
    return local.getPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return local;
  }

  @Override
  public Socket getTCPSocket() {
    return null;
  }

  /** ice4j asks whether there is one, to know that this is UDP, and how large its buffer is. */
  @Override
  public DatagramSocket getUDPSocket() {
    return NoSocket.INSTANCE;
  }

  private record Inbound(byte[] bytes, InetSocketAddress from) {}

  /** A datagram socket in name: it has no descriptor and does nothing. */
  private static final class NoSocket extends DatagramSocket {
    static final NoSocket INSTANCE = new NoSocket();

    private NoSocket() {
      super(new NoSocketImpl());
    }

    @Override
    public synchronized int getReceiveBufferSize() {
      return MAX_DATAGRAM;
    }

    @Override
    public void close() {}
  }

  private static final class NoSocketImpl extends DatagramSocketImpl {
    private static IOException none() {
      return new SocketException("there is no socket behind this one");
    }

    @Override
    protected void create() {}

    @Override
    protected void bind(int port, InetAddress address) {}

    @Override
    protected void send(DatagramPacket packet) throws IOException {
      throw none();
    }

    @Override
    protected int peek(InetAddress address) throws IOException {
      throw none();
    }

    @Override
    protected int peekData(DatagramPacket packet) throws IOException {
      throw none();
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
      throw none();
    }

    @Override
    @Deprecated
    protected void setTTL(byte ttl) {}

    @Override
    @Deprecated
    protected byte getTTL() {
      return 0;
    }

    @Override
    protected void setTimeToLive(int ttl) {}

    @Override
    protected int getTimeToLive() {
      return 0;
    }

    @Override
    protected void join(InetAddress group) throws IOException {
      throw none();
    }

    @Override
    protected void leave(InetAddress group) throws IOException {
      throw none();
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface on) throws IOException {
      throw none();
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface on) throws IOException {
      throw none();
    }

    @Override
    protected void close() {}

    @Override
    public void setOption(int option, Object value) {}

    @Override
    public Object getOption(int option) {
      return 0;
    }
  }
}
