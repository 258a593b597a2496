package dev.turnstone.cli.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs a {@link StdioPeer} on pipes and speaks with it, as a script would. */
final class StdioDriver implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final OutputStream in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread thread;

  StdioDriver(Peers peers, PeerConnectionConfiguration configuration, boolean trickle)
      throws IOException {
    PipedOutputStream toPeer = new PipedOutputStream();
    PipedInputStream peerIn = new PipedInputStream(toPeer, 1 << 16);
    in = toPeer;
    StdioPeer peer = new StdioPeer(peers, configuration, trickle, peerIn, new LineCollector(lines));
    thread =
        new Thread(
            () -> {
              try {
                peer.run();
              } catch (IOException failed) {
                lines.add("{\"type\":\"threw\",\"error\":\"" + failed + "\"}");
              }
            },
            "stdio-peer");
    thread.setDaemon(true);
    thread.start();
  }

  void sendRaw(String line) throws IOException {
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  void sendDescription(String type, String sdp) throws IOException {
    sendRaw(object().put("type", type).put("sdp", sdp).toString());
  }

  void command(String name) throws IOException {
    sendRaw(object().put("cmd", name).toString());
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** The next line; fails when there is none for long. */
  JsonNode next() throws Exception {
    String line = lines.poll(30, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("no line came");
    }
    return JSON.readTree(line);
  }

  /** The next line, which must be of this type. */
  JsonNode next(String type) throws Exception {
    JsonNode line = next();
    if (!line.path("type").asText().equals(type)) {
      throw new AssertionError("expected " + type + ", got " + line);
    }
    return line;
  }

  /** Whether no further line has come so far. */
  boolean isQuiet() {
    return lines.isEmpty();
  }

  void endInput() throws IOException {
    in.close();
  }

  boolean ended() throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(30));
    return !thread.isAlive();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Splits what is written into lines. */
  private static final class LineCollector extends OutputStream {
    private final BlockingQueue<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineCollector(BlockingQueue<String> lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void write(int octet) {
      if (octet == '\n') {
        lines.add(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else {
        line.write(octet);
      }
    }
  }
}
