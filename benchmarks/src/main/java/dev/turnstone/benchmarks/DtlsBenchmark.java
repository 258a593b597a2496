package dev.turnstone.benchmarks;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsSession;
import dev.turnstone.dtls.bouncycastle.BouncyCastleDtlsEngineFactory;
import dev.turnstone.dtls.bouncycastle.SelfSigned;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two engines back to back: 1200 bytes of application data are sealed in place by the client, and
 * opened by the server out of a direct buffer, as from a socket. The benchmark's thread is the
 * event loop of both. {@link DtlsRecordBenchmark} has the record layer's part, for each cipher.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DtlsBenchmark {
  private static final int PAYLOAD = 1200;
  private static final int MTU = 1280;
  private static final long HANDSHAKE_SECONDS = 30;

  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final ByteBuffer slab = ByteBuffer.allocate(2048);
  private final ByteBuffer network = ByteBuffer.allocateDirect(2048);
  private ExecutorService workers;
  private Side client;
  private Side server;

  /** Runs the handshake, and sends one record to see that it arrives. */
  @Setup
  public void connect() throws InterruptedException {
    workers = Executors.newCachedThreadPool();
    SecureRandom random = new SecureRandom();
    BouncyCastleDtlsEngineFactory factory = new BouncyCastleDtlsEngineFactory(workers, random);
    DtlsIdentity clientIdentity = SelfSigned.ecdsa(random);
    DtlsIdentity serverIdentity = SelfSigned.ecdsa(random);
    client = new Side();
    server = new Side();
    client.peer = server;
    server.peer = client;
    client.engine =
        factory.create(options(DtlsRole.CLIENT, clientIdentity, serverIdentity), loop::add, client);
    server.engine =
        factory.create(options(DtlsRole.SERVER, serverIdentity, clientIdentity), loop::add, server);
    server.engine.start();
    client.engine.start();
    while (!client.connected || !server.connected) {
      Runnable task = loop.poll(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
      if (task == null) {
        throw new IllegalStateException("the handshake did not end");
      }
      task.run();
    }
    sealAndOpen();
  }

  private static DtlsOptions options(DtlsRole role, DtlsIdentity own, DtlsIdentity peer) {
    return new DtlsOptions(
        role,
        own,
        List.of(peer.fingerprint("sha-256")),
        MTU,
        Duration.ofSeconds(HANDSHAKE_SECONDS),
        Duration.ofMillis(400),
        List.of());
  }

  /** Ends the connection and the workers. */
  @TearDown
  public void close() {
    client.engine.close();
    server.engine.close();
    workers.shutdownNow();
  }

  /** One record from the client to the server. */
  @Benchmark
  public long sealAndOpen() {
    long before = server.bytes;
    int at = client.engine.headroomBytes();
    client.engine.sendInPlace(slab.limit(at + PAYLOAD).position(at));
    if (server.bytes != before + PAYLOAD) {
      throw new IllegalStateException("the record did not arrive");
    }
    return server.bytes;
  }

  private final class Side implements DtlsListener {
    DtlsEngine engine;
    Side peer;
    boolean connected;
    long bytes;

    @Override
    public void onPacket(ByteBuffer datagram) {
      if (connected && peer.connected) {
        peer.engine.handlePacket(network.clear().put(datagram).flip());
      } else {
        ByteBuffer copy = ByteBuffer.allocate(datagram.remaining()).put(datagram).flip();
        loop.add(() -> peer.engine.handlePacket(copy));
      }
    }

    @Override
    public void onFlush() {}

    @Override
    public void onConnected(DtlsSession session) {
      connected = true;
    }

    @Override
    public void onData(ByteBuffer applicationData) {
      bytes += applicationData.remaining();
    }

    @Override
    public void onClosed() {}

    @Override
    public void onFailed(DtlsException reason) {
      throw new IllegalStateException(reason);
    }
  }
}
