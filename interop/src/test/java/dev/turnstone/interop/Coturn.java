package dev.turnstone.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A coturn on loopback with a certificate of its own for 127.0.0.1, and all that it logs. */
final class Coturn implements AutoCloseable {
  static final String USERNAME = "alice";
  static final String PASSWORD = "word";

  /** What it says last when it begins. */
  private static final String READY = "IO method (auth thread)";

  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  private final Process process;
  private final Path folder;
  private final String address;
  private final int port;
  private final int tlsPort;
  private final KeyStore keys;
  private final List<String> log = new ArrayList<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  /**
   * Starts one.
   *
   * @param folder for its files
   * @param words more words of its command line
   */
  Coturn(Path folder, String... words) throws IOException, GeneralSecurityException {
    this(
        folder,
        "127.0.0.1",
        freePort(),
        freePort(),
        UnaryOperator.identity(),
        Stream.concat(Stream.of("--allow-loopback-peers", "--no-rfc5780"), Arrays.stream(words))
            .toList());
  }

  /**
   * Starts one elsewhere.
   *
   * @param address where it listens and relays
   * @param elsewhere makes its command line one that runs there
   */
  Coturn(
      Path folder,
      String address,
      int port,
      int tlsPort,
      UnaryOperator<List<String>> elsewhere,
      List<String> words)
      throws IOException, GeneralSecurityException {
    this.folder = folder;
    this.address = address;
    this.port = port;
    this.tlsPort = tlsPort;
    keys = certificate(folder, address);
    List<String> command = new ArrayList<>();
    command.add(find().orElseThrow().toString());
    command.addAll(List.of("-n", "-v", "-L", address, "-E", address, "-p", Integer.toString(port)));
    command.addAll(List.of("--tls-listening-port", Integer.toString(tlsPort)));
    command.addAll(List.of("-a", "-u", USERNAME + ":" + PASSWORD, "-r", "example.org"));
    command.addAll(List.of("--no-cli", "--no-dtls"));
    command.addAll(List.of("--cert", folder.resolve("certificate.pem").toString()));
    command.addAll(List.of("--pkey", folder.resolve("key.pem").toString()));
    command.addAll(List.of("--pidfile", folder.resolve("pid").toString()));
    command.addAll(List.of("-l", "stdout", "--simple-log"));
    command.addAll(words);
    process =
        new ProcessBuilder(elsewhere.apply(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    Thread reader = new Thread(this::read, "coturn-log");
    reader.setDaemon(true);
    reader.start();
    JvmPeer.await(ready, () -> "coturn to begin; it said " + log());
  }

  /** Where it is installed, if it is. */
  static Optional<Path> find() {
    return BrowserKind.onPath("turnserver").findFirst();
  }

  /** Its version, as {@code turnserver --version} tells it. */
  static String version() {
    if (find().isEmpty()) {
      return "";
    }
    try {
      Process asked =
          new ProcessBuilder(find().get().toString(), "--version")
              .redirectErrorStream(true)
              .start();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines().reduce((first, last) -> last).orElse("").strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made by the JDK's own tool, written out as coturn reads it. */
  private static KeyStore certificate(Path folder, String address)
      throws IOException, GeneralSecurityException {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "turn",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=turn",
                "-ext",
                "san=ip:" + address,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(STORE_PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool: " + Files.readString(folder.resolve("keytool.log")));
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for keytool", e);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, STORE_PASSWORD);
    }
    Files.writeString(
        folder.resolve("certificate.pem"),
        pem("CERTIFICATE", keys.getCertificate("turn").getEncoded()));
    Files.writeString(
        folder.resolve("key.pem"),
        pem("PRIVATE KEY", keys.getKey("turn", STORE_PASSWORD).getEncoded()));
    return keys;
  }

  private static String pem(String what, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (log) {
          log.add(line);
          log.notifyAll();
        }
        if (line.contains(READY)) {
          ready.complete(null);
        }
      }
    } catch (IOException e) {
      // The process was ended.
    }
    ready.completeExceptionally(new IOException("coturn has ended"));
  }

  /** Trusts its certificate, and nothing else. */
  SSLContext trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("turn", keys.getCertificate("turn"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  String udp() {
    return "turn:" + address + ":" + port;
  }

  String tcp() {
    return udp() + "?transport=tcp";
  }

  String tls() {
    return "turns:" + address + ":" + tlsPort;
  }

  /** The same server, asked for addresses alone. */
  String stun() {
    return "stun:" + address + ":" + port;
  }

  /** What makes a JVM trust its certificate, as words of the command line. */
  List<String> trustWords() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + folder.resolve("keys.p12"),
        "-Djavax.net.ssl.trustStorePassword=" + new String(STORE_PASSWORD));
  }

  /** The same server under a name that its certificate does not bear. */
  String tlsUnderAnotherName() {
    return "turns:localhost:" + tlsPort;
  }

  List<String> log() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  /** Waits until it has logged something so often. */
  void awaitLog(String text, int times) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(JvmPeer.TIMEOUT_SECONDS);
    synchronized (log) {
      while (log.stream().filter(line -> line.contains(text)).count() < times) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("coturn did not say '" + text + "' " + times + " times: " + log);
        }
        try {
          log.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError("interrupted while waiting for coturn", e);
        }
      }
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while ending coturn", e);
    }
  }
}
