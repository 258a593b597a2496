package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.mdns.MdnsAnswer;
import dev.turnstone.ice.mdns.MdnsTransmit;
import dev.turnstone.ice.mdns.MulticastDns;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Multicast DNS for all connections of a factory, on a loop of its own. Sockets are open only while
 * there is something to find or to answer for, and a minute longer. Safe to use from any thread.
 */
public final class NettyMdns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NettyMdns.class);

  /** Interfaces come and go; to look for that takes a millisecond. */
  private static final long LOOK_AGAIN = Duration.ofSeconds(2).toNanos();

  private static final long LINGER = Duration.ofSeconds(60).toNanos();

  /** A host with many containers has hundreds of interfaces, and peers on few. */
  private static final int MAX_LINKS = 64;

  private final EventLoops loops;

  /** Begins with the first name that is asked or answered for. */
  private volatile ConnectionLoop loop;

  private final MulticastDns mdns = new MulticastDns();
  private final Map<Integer, MdnsLink> links = new HashMap<>();
  private final Map<String, List<Consumer<List<InetAddress>>>> waiting = new HashMap<>();
  private long lookAgainAt = Long.MIN_VALUE;
  private boolean lookLater;
  private long closeLinksAt = MulticastDns.NEVER;
  private long timerAt = MulticastDns.NEVER;
  private Runnable timer = () -> {};
  private boolean warned;
  private boolean closed;

  /** Opens nothing yet. */
  public NettyMdns(EventLoops loops) {
    this.loops = loops;
  }

  private synchronized ConnectionLoop begun() {
    if (loop == null) {
      loop =
          loops.newMulticastLoop(
              this::drain, fault -> LOG.error("a defect in the handling of mDNS", fault));
    }
    return loop;
  }

  /** Where nothing has begun there is nothing to do. */
  private synchronized void ifBegun(Runnable task) {
    if (loop != null) {
      loop.execute(task);
    }
  }

  /**
   * Looks for the address of a name.
   *
   * @param onResult called on a loop of ours with at most one address of each family, after ten
   *     seconds with none; not called once this is closed
   */
  public void resolve(String name, Consumer<List<InetAddress>> onResult) {
    begun()
        .execute(
            () -> {
              Optional<InetAddress> own = mdns.own(name);
              if (own.isPresent()) {
                onResult.accept(List.of(own.get()));
              } else if (closed || !openLinks()) {
                onResult.accept(List.of());
              } else {
                String key = name.toLowerCase(Locale.ROOT);
                waiting.computeIfAbsent(key, absent -> new ArrayList<>(1)).add(onResult);
                mdns.resolve(name, loop.nowNanos());
              }
            });
  }

  /** Answers for a name from now on. */
  public void publish(String name, InetAddress address) {
    begun()
        .execute(
            () -> {
              if (!closed) {
                mdns.publish(name, address);
                openLinks();
              }
            });
  }

  /** Answers for these names no longer. */
  public void withdraw(Collection<String> names) {
    List<String> gone = List.copyOf(names);
    ifBegun(() -> mdns.withdraw(gone));
  }

  /** Closes the sockets. */
  @Override
  public void close() {
    ifBegun(
        () -> {
          mdns.withdrawAll();
          drain();
          closed = true;
          timer.run();
          closeLinks();
        });
  }

  // Links

  private boolean openLinks() {
    // Who comes now may come because of an interface that is new.
    lookLater = loop.nowNanos() < lookAgainAt;
    if (!lookLater) {
      lookAgainAt = loop.nowNanos() + LOOK_AGAIN;
      look();
    }
    if (links.isEmpty() && !warned) {
      warned = true;
      LOG.warn("no interface for multicast DNS: names under .local are neither found nor told");
    }
    return !links.isEmpty();
  }

  private void look() {
    Set<Integer> present = new HashSet<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp()) {
          boolean four = each.inetAddresses().anyMatch(Inet4Address.class::isInstance);
          boolean six = each.inetAddresses().anyMatch(a -> !(a instanceof Inet4Address));
          if (four) {
            look(each, false, present);
          }
          if (six) {
            look(each, true, present);
          }
        }
      }
    } catch (SocketException e) {
      LOG.debug("the network interfaces cannot be listed", e);
    }
    boolean gone =
        links
            .entrySet()
            .removeIf(
                link -> {
                  boolean absent = !present.contains(link.getKey());
                  if (absent) {
                    link.getValue().close();
                  }
                  return absent;
                });
    if (gone) {
      mdns.handleLinksChanged();
    }
  }

  private void look(NetworkInterface on, boolean six, Set<Integer> present) {
    int number = 2 * on.getIndex() + (six ? 1 : 0);
    present.add(number);
    if (links.containsKey(number) || links.size() == MAX_LINKS) {
      return;
    }
    try {
      // Loopback too, whatever it says of itself: a peer of this host may have nothing else.
      Inbound inbound = new Inbound(number);
      links.put(number, MdnsLink.open(loop, on, six, inbound));
      LOG.debug("multicast DNS on {} over {}", on.getName(), six ? "IPv6" : "IPv4");
    } catch (IOException e) {
      LOG.debug("no multicast DNS on {}: {}", on.getName(), e.getMessage());
    }
  }

  private void closeLinks() {
    links.values().forEach(MdnsLink::close);
    links.clear();
    mdns.handleLinksChanged();
    lookAgainAt = Long.MIN_VALUE;
    lookLater = false;
  }

  // Turns

  private void drain() {
    if (closed) {
      return;
    }
    mdns.handleTimeout(loop.nowNanos());
    for (MdnsTransmit out = mdns.pollTransmit(); out != null; out = mdns.pollTransmit()) {
      send(out);
    }
    for (MdnsAnswer answer = mdns.pollAnswer(); answer != null; answer = mdns.pollAnswer()) {
      List<InetAddress> addresses = answer.addresses();
      List<Consumer<List<InetAddress>>> those = waiting.remove(answer.name());
      if (those != null) {
        those.forEach(each -> each.accept(addresses));
      }
    }
    setTimer();
  }

  private void send(MdnsTransmit out) {
    if (out.link() == MulticastDns.ALL_LINKS) {
      links.values().forEach(link -> link.send(out.packet(), null));
    } else if (links.containsKey(out.link())) {
      links.get(out.link()).send(out.packet(), out.to().orElse(null));
    }
  }

  private void setTimer() {
    long now = loop.nowNanos();
    if (links.isEmpty() || !mdns.isIdle()) {
      closeLinksAt = MulticastDns.NEVER;
    } else if (closeLinksAt == MulticastDns.NEVER) {
      closeLinksAt = now + LINGER;
    }
    long next = Math.min(mdns.nextTimeout(), closeLinksAt);
    next = lookLater ? Math.min(next, lookAgainAt) : next;
    if (next == timerAt) {
      return;
    }
    timer.run();
    timer = () -> {};
    timerAt = next;
    if (next != MulticastDns.NEVER) {
      timer = loop.scheduleNanos(next - now, this::handleTimer);
    }
  }

  private void handleTimer() {
    timerAt = MulticastDns.NEVER;
    if (lookLater && loop.nowNanos() >= lookAgainAt) {
      openLinks();
    }
    if (loop.nowNanos() >= closeLinksAt && mdns.isIdle()) {
      closeLinks();
    }
  }

  private final class Inbound extends ChannelInboundHandlerAdapter {
    private final int number;
    private boolean inTurn;

    Inbound(int number) {
      this.number = number;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      try {
        if (!inTurn) {
          inTurn = true;
          loop.beginTurn();
        }
        MdnsLink link = links.get(number);
        if (link == null || !link.isOnLink(packet.sender().getAddress())) {
          return;
        }
        ByteBuf content = packet.content();
        ByteBuffer bytes =
            content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        loop.guard(() -> mdns.handlePacket(bytes, packet.sender(), number, loop.nowNanos()));
      } finally {
        packet.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (inTurn) {
        inTurn = false;
        loop.endTurn();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // The system would not send, on a link without a route for example; others may.
      LOG.debug("multicast DNS: {}", cause.toString());
    }
  }
}
