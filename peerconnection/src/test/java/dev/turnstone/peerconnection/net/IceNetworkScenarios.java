package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turnstone.ice.IceNetwork.TcpListener;
import dev.turnstone.ice.IceNetwork.TcpReceiver;
import dev.turnstone.ice.IceNetwork.TcpStream;
import dev.turnstone.ice.IceNetwork.UdpReceiver;
import dev.turnstone.ice.IceNetwork.UdpSocket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets on loopback. */
abstract class IceNetworkScenarios {
  private final EventLoops loops;
  private final AtomicInteger turns = new AtomicInteger();
  private final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
  private final ConnectionLoop loop;
  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private final NettyIceNetwork network;

  IceNetworkScenarios(String sockets) {
    loops = new EventLoops(1, TestSockets.named(sockets), Duration.ZERO);
    loop = loops.newConnectionLoop(turns::incrementAndGet, faults::add);
    network =
        new NettyIceNetwork(
            loop,
            loops,
            HostUse.of(List.of(loopback)),
            Runnable::run,
            IceNetworkScenarios::tls,
            Optional.empty(),
            new NettyMdns(loops),
            new NetworkMonitor(loops, Runnable::run, Duration.ZERO, List::<InetAddress>of));
  }

  private static SSLContext tls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private <T> T onLoop(Callable<T> call) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            result.complete(call.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(60, TimeUnit.SECONDS);
  }

  private static final class Received implements UdpReceiver {
    final BlockingQueue<String> datagrams = new LinkedBlockingQueue<>();
    final BlockingQueue<InetSocketAddress> senders = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> reads = new LinkedBlockingQueue<>();

    @Override
    public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
      if (packet.remaining() == 0) {
        throw new IllegalStateException("thrown by the test's receiver");
      }
      datagrams.add(StandardCharsets.UTF_8.decode(packet.duplicate()).toString());
      senders.add(from);
    }

    @Override
    public void onReadComplete() {
      reads.add(1);
    }

    String next() throws Exception {
      String datagram = datagrams.poll(60, TimeUnit.SECONDS);
      assertTrue(datagram != null, "nothing came");
      return datagram;
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private UdpSocket bind(Received received) throws Exception {
    return bind(loopback, received);
  }

  private UdpSocket bind(InetAddress address, Received received) throws Exception {
    return onLoop(() -> network.bind(new InetSocketAddress(address, 0), received));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void twoSocketsExchangeDatagrams(String literal) throws Exception {
    InetAddress address = InetAddress.getByName(literal);
    assumeTrue(NetworkInterface.getByInetAddress(address) != null, "this host has no " + literal);
    Received ours = new Received();
    Received theirs = new Received();
    UdpSocket a = bind(address, ours);
    UdpSocket b = bind(address, theirs);
    assertTrue(a.localAddress().getPort() > 0);
    assertEquals(address, a.localAddress().getAddress());
    ByteBuffer packet = bytes("hello");
    onLoop(
        () -> {
          a.send(packet, b.localAddress());
          // Borrowed for the call: what is written over it later must not go out.
          packet.put(0, (byte) 'X');
          a.send(bytes("again"), b.localAddress());
          a.flush();
          return null;
        });
    assertEquals("hello", theirs.next());
    assertEquals("again", theirs.next());
    assertEquals(a.localAddress(), theirs.senders.take());
    assertTrue(theirs.reads.poll(60, TimeUnit.SECONDS) != null);
    onLoop(
        () -> {
          b.send(bytes("back"), a.localAddress());
          b.flush();
          return null;
        });
    assertEquals("back", ours.next());
    assertEquals(3, loops.statistics().datagramsSent());
    assertEquals(3, loops.statistics().datagramsReceived());
    assertEquals(5, loops.statistics().largestSentBytes());
    assertEquals(5, loops.statistics().largestReceivedBytes());
    assertEquals(0, loops.statistics().sendErrors());
  }

  @Test
  void aReadEndsATurn() throws Exception {
    Received received = new Received();
    UdpSocket a = bind(received);
    int before = onLoop(turns::get);
    try (DatagramSocket stranger = new DatagramSocket()) {
      stranger.send(new java.net.DatagramPacket(new byte[] {'x'}, 1, a.localAddress()));
    }
    assertEquals("x", received.next());
    // Beside the connection's tasks, so the turn of the read and that of the first task are over.
    int after = loop.eventLoop().submit(turns::get).get(60, TimeUnit.SECONDS);
    assertTrue(after >= before + 2);
  }

  @Test
  void whatHasArrivedTogetherIsOneTurn() throws Exception {
    BlockingQueue<Long> times = new LinkedBlockingQueue<>();
    BlockingQueue<Integer> reads = new LinkedBlockingQueue<>();
    UdpReceiver receiver =
        new UdpReceiver() {
          @Override
          public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
            // The clock is read once, when a turn begins.
            times.add(loop.nowNanos());
          }

          @Override
          public void onReadComplete() {
            reads.add(times.size());
          }
        };
    UdpSocket a = onLoop(() -> network.bind(new InetSocketAddress(loopback, 0), receiver));
    onLoop(
        () -> {
          // The loop does nothing else meanwhile.
          try (DatagramSocket stranger = new DatagramSocket()) {
            for (int i = 0; i < 40; i++) {
              stranger.send(new java.net.DatagramPacket(new byte[9], 9, a.localAddress()));
            }
          }
          return null;
        });
    assertEquals(40, reads.poll(60, TimeUnit.SECONDS));
    assertEquals(1, times.stream().distinct().count());
    assertEquals(40, loops.statistics().datagramsReceived());
  }

  @Test
  void aDatagramThatIsTooLargeForWebRtcIsCutOff() throws Exception {
    BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    UdpReceiver receiver =
        new UdpReceiver() {
          @Override
          public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
            sizes.add(packet.remaining());
          }

          @Override
          public void onReadComplete() {}
        };
    UdpSocket a = onLoop(() -> network.bind(new InetSocketAddress(loopback, 0), receiver));
    try (DatagramSocket stranger = new DatagramSocket()) {
      for (int size : new int[] {5000, 1, 2048}) {
        stranger.send(new java.net.DatagramPacket(new byte[size], size, a.localAddress()));
      }
    }
    assertEquals(2048, sizes.poll(60, TimeUnit.SECONDS));
    assertEquals(1, sizes.poll(60, TimeUnit.SECONDS));
    assertEquals(2048, sizes.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void anAddressThatCannotBeBoundIsNamed() throws Exception {
    InetSocketAddress taken = bind(new Received()).localAddress();
    ExecutionException refused =
        assertThrows(
            ExecutionException.class, () -> onLoop(() -> network.bind(taken, new Received())));
    IOException reason = (IOException) refused.getCause();
    assertTrue(
        reason.getMessage().contains(Integer.toString(taken.getPort())), reason.getMessage());
    // A documentation address (RFC 5737) is nobody's.
    InetSocketAddress foreign = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 0);
    assertThrows(
        ExecutionException.class, () -> onLoop(() -> network.bind(foreign, new Received())));
    assertTrue(faults.isEmpty());
  }

  @Test
  void aPortWhereNobodyListensAndAnAddressThatCannotBeReachedHarmNothing() throws Exception {
    Received received = new Received();
    UdpSocket a = bind(received);
    UdpSocket gone = bind(new Received());
    InetSocketAddress closedPort = gone.localAddress();
    onLoop(
        () -> {
          gone.close();
          gone.close();
          return null;
        });
    onLoop(
        () -> {
          for (int i = 0; i < 10; i++) {
            a.send(bytes("nobody"), closedPort);
            a.flush();
          }
          // From a loopback socket nothing leaves the host: the system refuses.
          a.send(bytes("nowhere"), new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 9));
          a.send(bytes("port 0"), new InetSocketAddress(loopback, 0));
          a.flush();
          a.send(bytes("self"), a.localAddress());
          a.flush();
          return null;
        });
    assertEquals("self", received.next());
    assertTrue(loops.statistics().sendErrors() >= 1);
    assertTrue(faults.isEmpty());
  }

  @Test
  void aReceiverThatThrowsIsToldAndTheSocketGoesOn() throws Exception {
    Received received = new Received();
    UdpSocket a = bind(received);
    try (DatagramSocket stranger = new DatagramSocket()) {
      stranger.send(new java.net.DatagramPacket(new byte[0], 0, a.localAddress()));
      assertTrue(faults.poll(60, TimeUnit.SECONDS) instanceof IllegalStateException);
      stranger.send(new java.net.DatagramPacket(new byte[] {'y'}, 1, a.localAddress()));
    }
    assertEquals("y", received.next());
  }

  @Test
  void whatIsSentAfterCloseIsDropped() throws Exception {
    UdpSocket a = bind(new Received());
    onLoop(
        () -> {
          a.close();
          a.send(bytes("late"), new InetSocketAddress(loopback, 9));
          a.flush();
          return null;
        });
    onLoop(() -> null);
    assertTrue(faults.isEmpty());
  }

  /** What a stream told, in words. */
  private static final class Heard implements TcpReceiver {
    final BlockingQueue<String> words = new LinkedBlockingQueue<>();

    @Override
    public void onConnected() {
      words.add("connected");
    }

    @Override
    public void onBytes(ByteBuffer bytes) {
      words.add(StandardCharsets.UTF_8.decode(bytes.duplicate()).toString());
    }

    @Override
    public void onClosed(String reason) {
      words.add("closed");
    }

    String next() throws Exception {
      String word = words.poll(60, TimeUnit.SECONDS);
      assertTrue(word != null, "nothing was heard");
      return word;
    }
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aStreamCarriesBytesBothWaysAndTellsItsEnd() throws Exception {
    Heard server = new Heard();
    Heard client = new Heard();
    CompletableFuture<TcpStream> accepted = new CompletableFuture<>();
    TcpListener listener =
        onLoop(
            () ->
                network.listen(
                    new InetSocketAddress(loopback, 0),
                    (stream, from) -> {
                      accepted.complete(stream);
                      return server;
                    }));
    TcpStream stream =
        onLoop(
            () -> {
              TcpStream opened =
                  network.connect(
                      new InetSocketAddress(loopback, 0),
                      listener.localAddress(),
                      Optional.empty(),
                      client);
              // Before the connection stands: it waits.
              opened.send(utf8("early"));
              return opened;
            });
    assertEquals("connected", client.next());
    assertEquals("early", server.next());
    TcpStream back = accepted.get(60, TimeUnit.SECONDS);
    onLoop(
        () -> {
          back.send(utf8("answer"));
          back.flush();
          return null;
        });
    assertEquals("answer", client.next());
    onLoop(
        () -> {
          stream.close();
          listener.close();
          return null;
        });
    assertEquals("closed", server.next());
    assertTrue(client.words.isEmpty(), "who closes hears nothing more: " + client.words);
    assertTrue(faults.isEmpty(), faults.toString());
  }

  @Test
  void aRefusedConnectionIsTold() throws Exception {
    Heard client = new Heard();
    InetSocketAddress nobody =
        onLoop(
            () -> {
              TcpListener listener =
                  network.listen(new InetSocketAddress(loopback, 0), (stream, from) -> client);
              InetSocketAddress address = listener.localAddress();
              listener.close();
              return address;
            });
    onLoop(
        () ->
            network.connect(new InetSocketAddress(loopback, 0), nobody, Optional.empty(), client));
    assertEquals("closed", client.next());
  }
}
