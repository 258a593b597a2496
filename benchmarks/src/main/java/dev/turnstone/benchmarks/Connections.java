package dev.turnstone.benchmarks;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SdpType;
import dev.turnstone.peerconnection.SessionDescription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A server with many connections on one UDP port: how long it takes to connect them all, and what
 * each costs it. The clients live in a JVM of their own, each with a socket of its own, and answer.
 *
 * <p>{@code java -cp benchmarks.jar dev.turnstone.benchmarks.Connections [count] [at once]}; 2,000
 * and 32 when left out. Both JVMs run on this machine and share its processors.
 */
public final class Connections {
  private static final int PATIENCE_MINUTES = 10;

  private Connections() {}

  /** Measures, or serves as the clients when told {@code clients}. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && arguments[0].equals("clients")) {
      serveClients();
      return;
    }
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000;
    int atOnce = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 32;
    measure(count, atOnce);
  }

  private static PeerConnectionConfiguration configuration() {
    return PeerConnectionConfiguration.builder()
        .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
        .build();
  }

  // The server

  private static void measure(int count, int atOnce) throws Exception {
    Process clients =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Connections.class.getName(),
                "clients")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (PeerConnectionFactory factory = PeerConnectionFactory.builder().icePort(0).build();
        PrintStream out =
            new PrintStream(clients.getOutputStream(), true, StandardCharsets.US_ASCII)) {
      Server server = new Server(factory, count, atOnce, out);
      Thread reader = new Thread(() -> server.readAnswers(clients), "answers");
      reader.setDaemon(true);
      reader.start();
      // Classes, and what the first connections compile, are not what is asked for.
      server.connect(Math.min(200, count));
      server.closeAll();
      long heapBefore = heap();
      int threadsBefore = threads();
      long cpuBefore = cpuNanos();
      long begin = System.nanoTime();
      server.connect(count);
      double seconds = (System.nanoTime() - begin) / 1e9;
      double cpu = (cpuNanos() - cpuBefore) / 1e9;
      long heap = heap() - heapBefore;
      say("connections            %d on one UDP port, %d at once%n", count, atOnce);
      say("to connect them all    %.1f s, %.0f a second%n", seconds, count / seconds);
      say("CPU of the server      %.2f ms a connection%n", cpu * 1000 / count);
      say("heap of the server     %.1f KB a connection%n", heap / 1024.0 / count);
      say("threads of the server  %d, before %d%n", threads(), threadsBefore);
      server.echoAll();
      System.out.println("a message there and back on every one: yes");
      server.closeAll();
    } finally {
      clients.destroy();
    }
  }

  private static void say(String format, Object... values) {
    System.out.print(String.format(Locale.ROOT, format, values));
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static final class Server {
    private final PeerConnectionFactory factory;
    private final PrintStream out;
    private final Semaphore turns;
    private final Map<Integer, PeerConnection> open = new ConcurrentHashMap<>();
    private final List<DataChannel> channels = new ArrayList<>();
    private CountDownLatch waiting = new CountDownLatch(0);
    private CountDownLatch echoes = new CountDownLatch(0);
    private int made;

    Server(PeerConnectionFactory factory, int count, int atOnce, PrintStream out) {
      this.factory = factory;
      this.out = out;
      this.turns = new Semaphore(atOnce);
    }

    void connect(int count) throws InterruptedException {
      waiting = new CountDownLatch(count);
      for (int i = 0; i < count; i++) {
        turns.acquire();
        begin(made++);
      }
      await(waiting, "not all connected");
    }

    private void begin(int id) {
      PeerConnection connection = factory.createPeerConnection(configuration());
      open.put(id, connection);
      connection.setListener(
          new PeerConnectionListener() {
            @Override
            public void onConnectionStateChange(PeerConnectionState state) {
              if (state == PeerConnectionState.FAILED) {
                System.err.println("connection " + id + " failed: " + connection.failure());
              }
            }
          });
      DataChannel channel = connection.createDataChannel("server");
      channels.add(channel);
      channel.setListener(
          new DataChannelListener() {
            @Override
            public void onOpen() {
              turns.release();
              waiting.countDown();
            }

            @Override
            public void onText(String text) {
              echoes.countDown();
            }
          });
      connection
          .setLocalDescription()
          .thenCompose(done -> connection.gatheredLocalDescription())
          .thenAccept(offer -> say(out, id, offer.sdp()));
    }

    void readAnswers(Process clients) {
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(clients.getInputStream(), StandardCharsets.US_ASCII))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] words = line.split(" ");
          open.get(Integer.parseInt(words[0]))
              .setRemoteDescription(new SessionDescription(SdpType.ANSWER, text(words[1])));
        }
      } catch (IOException e) {
        // The clients have ended.
      }
    }

    void echoAll() throws InterruptedException {
      echoes = new CountDownLatch(channels.size());
      channels.forEach(channel -> channel.send("hello"));
      await(echoes, "not all answered");
    }

    private static void await(CountDownLatch latch, String otherwise) throws InterruptedException {
      if (!latch.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new IllegalStateException(otherwise + ": " + latch.getCount() + " are missing");
      }
    }

    void closeAll() {
      open.values().forEach(PeerConnection::close);
      open.clear();
      channels.clear();
    }
  }

  // The clients

  private static void serveClients() throws IOException {
    PrintStream out = System.out;
    try (PeerConnectionFactory factory = PeerConnectionFactory.builder().build();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        int id = Integer.parseInt(words[0]);
        PeerConnection connection = factory.createPeerConnection(configuration());
        connection.setListener(new Echo());
        CompletableFuture<Void> answered =
            connection
                .setRemoteDescription(new SessionDescription(SdpType.OFFER, text(words[1])))
                .thenCompose(done -> connection.setLocalDescription())
                .thenCompose(done -> connection.gatheredLocalDescription())
                .thenAccept(answer -> say(out, id, answer.sdp()));
        answered.exceptionally(
            failure -> {
              System.err.println("client " + id + ": " + failure);
              return null;
            });
      }
    }
  }

  private static final class Echo implements PeerConnectionListener {
    @Override
    public void onDataChannel(DataChannel channel) {
      channel.setListener(
          new DataChannelListener() {
            @Override
            public void onText(String text) {
              channel.send(text);
            }
          });
    }
  }

  private static void say(PrintStream out, int id, String sdp) {
    String line =
        id + " " + Base64.getEncoder().encodeToString(sdp.getBytes(StandardCharsets.UTF_8));
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
