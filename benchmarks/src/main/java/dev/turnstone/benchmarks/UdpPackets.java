package dev.turnstone.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.turnstone.ice.IceNetwork.UdpReceiver;
import dev.turnstone.ice.IceNetwork.UdpSocket;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.peerconnection.net.EventLoops;
import dev.turnstone.peerconnection.net.HostUse;
import dev.turnstone.peerconnection.net.NettyIceNetwork;
import dev.turnstone.peerconnection.net.NettyMdns;
import dev.turnstone.peerconnection.net.NetworkMonitor;
import dev.turnstone.peerconnection.net.Sockets;
import dev.turnstone.peerconnection.net.UdpStatistics;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a datagram costs at the socket, on both sides together: one loop sends, another receives,
 * and never more is on its way than a socket's buffer holds.
 *
 * <p>{@code java -cp benchmarks.jar dev.turnstone.benchmarks.UdpPackets [seconds] [bytes]}; 5 and
 * 1200 when left out. Processor time is what counts: it hardly depends on what else runs.
 */
public final class UdpPackets {
  /** Fewer than fit a receive buffer of the size that systems grant unasked. */
  private static final int MAX_ON_THE_WAY = 128;

  /** What a turn of the sender hands out. */
  private static final int BURST = 48;

  private UdpPackets() {}

  /** Measures each kind of sockets that is there. */
  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1200;
    System.out.println(
        "sockets   datagrams/s  CPU ns/datagram  bytes allocated/datagram  datagrams/call  largest");
    for (int round = 0; round < 3; round++) {
      measure(Sockets.nio(), "NIO", bytes, Duration.ofSeconds(seconds), System.out);
      try {
        measure(Sockets.epoll(), "epoll", bytes, Duration.ofSeconds(seconds), System.out);
      } catch (UnsupportedOperationException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** One line: what was sent in that time, after as long to warm up. */
  static void measure(Sockets sockets, String name, int bytes, Duration time, PrintStream out)
      throws Exception {
    try (EventLoops loops = new EventLoops(2, sockets, Duration.ZERO)) {
      Side receiver = new Side(loops);
      Side sender = new Side(loops);
      sender.onReceived = () -> {};
      InetSocketAddress to = receiver.bind().get(1, TimeUnit.MINUTES);
      sender.bind().get(1, TimeUnit.MINUTES);
      Flow flow = new Flow(sender, receiver, to, bytes);
      receiver.onReceived = flow::handleReceived;
      sender.loop.execute(flow::send);
      Thread.sleep(time.toMillis());
      Reading before = Reading.of(loops.statistics());
      Thread.sleep(time.toMillis());
      Reading after = Reading.of(loops.statistics());
      flow.ended = true;
      long datagrams = after.received - before.received;
      out.printf(
          Locale.ROOT,
          "%-8s %12.0f %16.0f %25.0f %15.1f %8d%n",
          name,
          datagrams * 1e9 / (after.at - before.at),
          (double) (after.cpu - before.cpu) / datagrams,
          (double) (after.allocated - before.allocated) / datagrams,
          (double) (after.sent - before.sent) / (after.calls - before.calls),
          loops.statistics().largestReceivedBytes());
    }
  }

  /** The counters at a moment. */
  private record Reading(long at, long cpu, long allocated, long sent, long received, long calls) {
    static Reading of(UdpStatistics statistics) {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long allocated = 0;
      for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
        allocated += Math.max(0, bytes);
      }
      return new Reading(
          System.nanoTime(),
          system.getProcessCpuTime(),
          allocated,
          statistics.datagramsSent(),
          statistics.datagramsReceived(),
          statistics.sendCalls());
    }
  }

  /** Keeps datagrams on their way. */
  private static final class Flow {
    private final Side sender;
    private final Side receiver;
    private final InetSocketAddress to;
    private final ByteBuffer packet;
    private final AtomicLong received = new AtomicLong();
    private long sent;
    private volatile boolean ended;

    Flow(Side sender, Side receiver, InetSocketAddress to, int bytes) {
      this.sender = sender;
      this.receiver = receiver;
      this.to = to;
      this.packet = ByteBuffer.allocate(bytes);
    }

    /** On the sender's loop. */
    void send() {
      while (!ended && sent - received.get() <= MAX_ON_THE_WAY - BURST) {
        for (int i = 0; i < BURST; i++) {
          sender.socket.send(packet, to);
        }
        sent += BURST;
        sender.socket.flush();
      }
    }

    /** On the receiver's loop, after each read. */
    void handleReceived() {
      received.set(receiver.datagrams);
      sender.loop.execute(this::send);
    }
  }

  /** A socket on a loop. */
  private static final class Side implements UdpReceiver {
    private final ConnectionLoop loop;
    private final NettyIceNetwork network;
    private UdpSocket socket;
    private Runnable onReceived;
    private long datagrams;

    Side(EventLoops loops) {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      loop = loops.newConnectionLoop(() -> {}, Throwable::printStackTrace);
      network =
          new NettyIceNetwork(
              loop,
              loops,
              HostUse.of(List.of(loopback)),
              Runnable::run,
              () -> {
                throw new AssertionError("no TLS here");
              },
              Optional.empty(),
              new NettyMdns(loops),
              new NetworkMonitor(loops, Runnable::run, Duration.ZERO, List::<InetAddress>of));
    }

    CompletableFuture<InetSocketAddress> bind() {
      CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
      loop.execute(
          () -> {
            try {
              socket =
                  network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this);
              bound.complete(socket.localAddress());
            } catch (Exception e) {
              bound.completeExceptionally(e);
            }
          });
      return bound;
    }

    @Override
    public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
      datagrams++;
    }

    @Override
    public void onReadComplete() {
      onReceived.run();
    }
  }
}
