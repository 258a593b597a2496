package dev.turnstone.cli.stdio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.cli.fake.FakeDataChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final FakeDataChannel channel = FakeDataChannel.openPair("probe");
  private Probe probe;

  @BeforeEach
  void makeProbe() {
    probe = new Probe(channel, CompletableFuture::new, new JsonLines(out));
  }

  private String written() {
    return out.toString(StandardCharsets.UTF_8).replaceAll("\"ms\":\\d+", "\"ms\":N");
  }

  @Test
  void aWrongEchoFailsTheProbe() {
    probe.onOpen();
    probe.onText("hallo");
    assertEquals(
        "{\"type\":\"probe\",\"ok\":false,\"ms\":N,"
            + "\"error\":\"echo 1 is not what was sent: text of 5 characters\"}\n",
        written());
  }

  @Test
  void textInsteadOfBinaryFailsTheProbe() {
    probe.onOpen();
    probe.onText("hello");
    probe.onText("hello");
    assertTrue(written().contains("\"ok\":false"));
  }

  @Test
  void aChangedByteFailsTheProbe() {
    probe.onOpen();
    probe.onText("hello");
    probe.onBinary(ByteBuffer.allocate(1000));
    assertTrue(written().contains("echo 2"));
  }

  @Test
  void aChannelThatClosesEarlyFailsTheProbeOnce() {
    probe.onOpen();
    probe.onClosed();
    probe.onClosed();
    assertEquals(1, written().lines().count());
    assertTrue(written().contains("closed before"));
  }

  @Test
  void aChannelThatNeverOpenedHasNoOutcome() {
    probe.onClosed();
    assertEquals("", written());
  }
}
