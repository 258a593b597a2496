package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.IceNetwork.UdpReceiver;
import dev.turnstone.ice.IceNetwork.UdpSocket;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP port that many connections share. What arrives is told apart: a check by the user that it
 * names, an answer by its transaction, all else by the address that it comes from, once an
 * authentic check came from there.
 *
 * <p>Where the system lets several sockets bind one port (SO_REUSEPORT), every event loop has one:
 * a connection sends through its own loop's. The system chooses by the sender's address which
 * socket gets a datagram; one that belongs to a connection of another loop is copied over to it.
 *
 * <p>Two connections cannot have the same address of the peer: two hosts that both share their
 * ports can have one connection between each two of their addresses.
 */
final class SharedUdpPort {
  private static final Logger LOG = LoggerFactory.getLogger(SharedUdpPort.class);

  /** More than a connection has questions open at one time. */
  private static final int MAX_TRANSACTIONS = 128;

  /** An agent keeps no more candidates of its peer either. */
  private static final int MAX_CLAIMS = 100;

  /** What may wait for a connection of another loop: as much as a socket's buffer would hold. */
  private static final int MAX_HANDED_OVER = 2048;

  private final UdpStatistics statistics;
  private final List<UdpPort> ports = new ArrayList<>();
  private final SharedUsers<Member> users = new SharedUsers<>();
  private final Map<TransactionId, Member> byTransaction = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, Member> byAddress = new ConcurrentHashMap<>();
  private final InetSocketAddress local;

  /**
   * Opens the sockets, one for each event loop where that can be.
   *
   * @throws IOException when the address cannot be bound
   */
  SharedUdpPort(EventLoops loops, InetSocketAddress wanted) throws IOException {
    this.statistics = loops.statistics();
    InetSocketAddress bound = wanted;
    boolean several = loops.all().size() > 1 && loops.sockets().canSharePorts();
    if (several) {
      // Alone at first: the option would also let another program share the port with us, and
      // half of what arrives be lost.
      try (DatagramChannel probe = DatagramChannel.open()) {
        probe.bind(wanted);
        bound = (InetSocketAddress) probe.getLocalAddress();
      } catch (IOException e) {
        throw new IOException("cannot bind UDP " + wanted, e);
      }
    }
    try {
      for (EventLoop loop : several ? loops.all() : loops.all().subList(0, 1)) {
        UdpPort port = loops.sockets().bindUdp(bound, several, statistics);
        ports.add(port);
        bound = port.localAddress();
        LoopBuffers buffers = loops.buffers(loop);
        port.register(loop, buffers, new Inbound(loop, buffers));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
    this.local = bound;
    LOG.debug("UDP {} is shared, by {} sockets", local, ports.size());
  }

  /** A part in the port for one connection. */
  UdpSocket join(ConnectionLoop loop, UdpReceiver receiver) {
    UdpPort own = ports.get(0);
    for (UdpPort port : ports) {
      if (port.eventLoop() == loop.eventLoop()) {
        own = port;
      }
    }
    return new Member(loop, receiver, own);
  }

  void close() {
    ports.forEach(UdpPort::close);
  }

  /** Whose it is, or null when nobody's. May be called on any loop. */
  private Member find(ByteBuffer packet, InetSocketAddress from) {
    boolean isStun = packet.hasRemaining() && (packet.get(packet.position()) & 0xFC) == 0;
    if (!isStun) {
      return byAddress.get(from);
    }
    try {
      StunMessage message = StunMessage.parse(packet);
      if (message.messageClass() == MessageClass.REQUEST) {
        return users.addressed(message);
      }
      return message.messageClass().isResponse()
          ? byTransaction.get(message.transactionId())
          : byAddress.get(from);
    } catch (StunParseException e) {
      return null;
    }
  }

  /** What one of the sockets hears. */
  private final class Inbound extends UdpInbound {
    private final EventLoop loop;
    private final Set<Member> heard = new LinkedHashSet<>();

    Inbound(EventLoop loop, LoopBuffers buffers) {
      super(buffers, statistics);
      this.loop = loop;
    }

    @Override
    void handle(ByteBuffer bytes, InetSocketAddress from) {
      Member member = find(bytes, from);
      if (member == null) {
        statistics.countUnclaimed();
      } else if (member.loop.eventLoop() == loop) {
        if (heard.add(member)) {
          member.loop.beginTurn();
        }
        try {
          member.receive(bytes, from);
        } catch (RuntimeException | Error fault) {
          member.loop.fault(fault);
        }
      } else {
        member.handOver(bytes, from);
      }
    }

    @Override
    void handleReadComplete() {
      for (Member member : heard) {
        member.loop.guard(member::readComplete);
        member.loop.endTurn();
      }
      heard.clear();
    }
  }

  /** One connection's part. Its own methods are called on its loop. */
  private final class Member implements UdpSocket {
    private final ConnectionLoop loop;
    private final UdpReceiver receiver;
    private final UdpPort port;
    private final SharedUsers<Member>.Names names = users.of(this);
    private final ArrayDeque<TransactionId> transactions = new ArrayDeque<>();
    private final Set<InetSocketAddress> claims = new LinkedHashSet<>();
    private final AtomicInteger handedOver = new AtomicInteger();
    private boolean closed;

    Member(ConnectionLoop loop, UdpReceiver receiver, UdpPort port) {
      this.loop = loop;
      this.receiver = receiver;
      this.port = port;
    }

    // In

    void receive(ByteBuffer packet, InetSocketAddress from) {
      if (!closed) {
        receiver.onDatagram(packet, from);
      }
    }

    void readComplete() {
      if (!closed) {
        receiver.onReadComplete();
      }
    }

    /** It arrived at another loop's socket; called there. */
    void handOver(ByteBuffer packet, InetSocketAddress from) {
      if (handedOver.incrementAndGet() > MAX_HANDED_OVER) {
        // The connection's loop does not keep up: dropping is what a full socket would do.
        handedOver.decrementAndGet();
        statistics.countUnclaimed();
        return;
      }
      ByteBuffer copy = ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
      loop.execute(
          () -> {
            receive(copy, from);
            if (handedOver.decrementAndGet() == 0) {
              readComplete();
            }
          });
    }

    // Whose is what

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public void addUfrag(String ufrag) {
      names.add(ufrag);
    }

    @Override
    public void claim(InetSocketAddress remote, boolean proven) {
      if (closed || claims.contains(remote) && byAddress.get(remote) == this) {
        return;
      }
      // A forged source can make a check look as if it came from an address of another's peer. It
      // cannot make an answer.
      if (proven) {
        byAddress.put(remote, this);
      } else if (byAddress.putIfAbsent(remote, this) != null) {
        return;
      }
      claims.add(remote);
      if (claims.size() > MAX_CLAIMS) {
        InetSocketAddress oldest = claims.iterator().next();
        claims.remove(oldest);
        byAddress.remove(oldest, this);
      }
    }

    private void expectAnswer(ByteBuffer packet) {
      if (!StunMessage.isStun(packet)) {
        return;
      }
      TransactionId id = TransactionId.of(packet);
      if (byTransaction.putIfAbsent(id, this) != null) {
        // Sent again.
        return;
      }
      transactions.add(id);
      if (transactions.size() > MAX_TRANSACTIONS) {
        byTransaction.remove(transactions.poll(), this);
      }
    }

    // Out

    @Override
    public InetSocketAddress localAddress() {
      return local;
    }

    @Override
    public void send(ByteBuffer packet, InetSocketAddress remote) {
      if (closed) {
        return;
      }
      expectAnswer(packet);
      port.send(packet, remote);
    }

    @Override
    public void flush() {
      port.flush();
    }

    @Override
    public void close() {
      closed = true;
      names.clear();
      transactions.forEach(id -> byTransaction.remove(id, this));
      transactions.clear();
      claims.forEach(remote -> byAddress.remove(remote, this));
      claims.clear();
    }
  }
}
