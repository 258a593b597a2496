package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.Fingerprint;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client and a server in one loop, with a path of the test's choice each way. */
final class Pair {
  static final DtlsIdentity ECDSA = SelfSigned.ecdsa(new SecureRandom());
  static final DtlsIdentity ECDSA_TOO = SelfSigned.ecdsa(new SecureRandom());
  static final DtlsIdentity RSA = SelfSigned.rsa(new SecureRandom());

  /** On a slow machine too nothing is sent twice, unless a test asks for it. */
  private static final Duration PATIENT = Duration.ofSeconds(15);

  final TestLoop loop = new TestLoop();
  final List<Thread> workers = new ArrayList<>();
  final Endpoint client = new Endpoint("client");
  final Endpoint server = new Endpoint("server");

  Pair() {
    this(options(DtlsRole.CLIENT, ECDSA, ECDSA_TOO), options(DtlsRole.SERVER, ECDSA_TOO, ECDSA));
  }

  Pair(DtlsOptions clientOptions, DtlsOptions serverOptions) {
    BouncyCastleDtlsEngineFactory factory =
        new BouncyCastleDtlsEngineFactory(this::startWorker, new SecureRandom());
    client.engine = factory.create(clientOptions, loop, client);
    server.engine = factory.create(serverOptions, loop, server);
    client.path = straightTo(server);
    server.path = straightTo(client);
  }

  /** For a path that loses. */
  static Pair repeating(DtlsIdentity client, DtlsIdentity server, int mtu, int millis) {
    return new Pair(
        repeating(
            options(DtlsRole.CLIENT, client, List.of(server.fingerprint("sha-256")), mtu), millis),
        repeating(
            options(DtlsRole.SERVER, server, List.of(client.fingerprint("sha-256")), mtu), millis));
  }

  private void startWorker(Runnable handshake) {
    Thread thread = new Thread(handshake, "handshake");
    workers.add(thread);
    thread.start();
  }

  static DtlsOptions options(DtlsRole role, DtlsIdentity own, DtlsIdentity peers) {
    return options(role, own, List.of(peers.fingerprint("sha-256")), 1200);
  }

  static DtlsOptions options(
      DtlsRole role, DtlsIdentity own, List<Fingerprint> fingerprints, int mtu) {
    return new DtlsOptions(
        role, own, fingerprints, mtu, Duration.ofSeconds(60), PATIENT, List.of(7, 8, 1));
  }

  /** The same with a flight repeated after so many milliseconds, doubling. */
  static DtlsOptions repeating(DtlsOptions o, int millis) {
    return new DtlsOptions(
        o.role(),
        o.identity(),
        o.remoteFingerprints(),
        o.mtu(),
        o.handshakeTimeout(),
        Duration.ofMillis(millis),
        o.srtpProfiles());
  }

  static Pair of(DtlsIdentity client, DtlsIdentity server, int mtu) {
    return new Pair(
        options(DtlsRole.CLIENT, client, List.of(server.fingerprint("sha-256")), mtu),
        options(DtlsRole.SERVER, server, List.of(client.fingerprint("sha-256")), mtu));
  }

  Endpoint.Path straightTo(Endpoint receiver) {
    return datagram -> deliver(receiver, datagram);
  }

  /** In the loop's next task, as a network would. */
  void deliver(Endpoint receiver, byte[] datagram) {
    loop.execute(() -> receiver.engine.handlePacket(ByteBuffer.wrap(datagram)));
  }

  void start() {
    server.engine.start();
    client.engine.start();
  }

  Pair connect() {
    start();
    awaitConnected();
    return this;
  }

  void awaitConnected() {
    loop.runUntil(
        () -> (client.session != null && server.session != null) || isOver(), "both connected");
    if (client.failure != null || server.failure != null) {
      throw new AssertionError(
          "client: " + client.failure + ", server: " + server.failure,
          client.failure != null ? client.failure : server.failure);
    }
  }

  /** Proves that data passes both ways. */
  void exchange() {
    client.data.clear();
    server.data.clear();
    client.send("from the client");
    server.send("from the server");
    loop.runUntil(
        () -> server.data.contains("from the client") && client.data.contains("from the server"),
        "data both ways");
  }

  private boolean isOver() {
    return client.isOver() || server.isOver();
  }

  void close() {
    client.engine.close();
    server.engine.close();
  }

  /** Waits until no handshake thread lives. */
  void joinWorkers() {
    for (Thread worker : workers) {
      try {
        worker.join(20_000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (worker.isAlive()) {
        throw new AssertionError("a handshake's worker still runs");
      }
    }
  }
}
