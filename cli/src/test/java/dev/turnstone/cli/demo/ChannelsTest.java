package dev.turnstone.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.fake.FakeDataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The channels of a visitor; {@code page} is the browser's end. */
class ChannelsTest {
  private final FakeDataChannel java = FakeDataChannel.openPair("any");
  private final FakeDataChannel page = java.far();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  private void open(DataChannelListener channel) {
    java.setListener(channel);
    page.setListener(
        new DataChannelListener() {
          @Override
          public void onText(String text) {
            heard.add(text);
          }

          @Override
          public void onBinary(ByteBuffer binary) {
            heard.add(binary);
          }
        });
  }

  private Object next() throws InterruptedException {
    Object message = heard.poll(30, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message came");
    }
    return message;
  }

  private JsonNode nextControl() throws Exception {
    return new JsonMapper().readTree((String) next());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void chatGreetsAndEchoes() throws Exception {
    open(new ChatChannel(java));
    assertTrue(((String) next()).startsWith("Hello from Java"));
    page.send("  Ahoy!");
    assertEquals("  Ahoy!", next());
    page.send("/java");
    assertTrue(((String) next()).contains(System.getProperty("java.version")));
    page.send("x".repeat(4001));
    assertTrue(((String) next()).contains("4001"));
  }

  @Test
  void pingsComeBackAndLongOnesDoNot() throws Exception {
    open(new PingChannel(java));
    page.send("x".repeat(65));
    page.send("17");
    assertEquals("17", next());
  }

  @Test
  void aFileIsHashedAndItsProgressTold() throws Exception {
    open(new FileChannel(java));
    byte[] file = new byte[700_000];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) (i * 7);
    }
    page.send("{\"op\":\"put\",\"size\":700000}");
    for (int from = 0; from < file.length; from += 50_000) {
      page.send(ByteBuffer.wrap(file, from, 50_000));
    }
    assertEquals(300_000, nextControl().get("received").asInt());
    assertEquals(600_000, nextControl().get("received").asInt());
    JsonNode stored = nextControl();
    assertEquals("stored", stored.get("op").asText());
    assertEquals(sha256(file), stored.get("sha256").asText());
  }

  @Test
  void anEmptyFileIsAFile() throws Exception {
    open(new FileChannel(java));
    page.send("{\"op\":\"put\",\"size\":0}");
    assertEquals(sha256(new byte[0]), nextControl().get("sha256").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"op\":\"fly\"}",
        "{\"op\":\"put\"}",
        "{\"op\":\"put\",\"size\":-1}",
        "{\"op\":\"put\",\"size\":1.5}",
        "{\"op\":\"put\",\"size\":1e99}",
        "{\"op\":\"put\",\"size\":99999999999}"
      })
  void whatTheFileChannelDoesNotUnderstandItRefuses(String text) throws Exception {
    open(new FileChannel(java));
    page.send(text);
    assertEquals("error", nextControl().get("op").asText());
    page.send("{\"op\":\"put\",\"size\":0}");
    assertEquals("stored", nextControl().get("op").asText());
  }

  @Test
  void moreThanAnnouncedIsRefusedAndTheRestIgnored() throws Exception {
    open(new FileChannel(java));
    page.send("{\"op\":\"put\",\"size\":10}");
    page.send(new byte[11]);
    assertEquals("error", nextControl().get("op").asText());
    page.send(new byte[11]);
    page.send("{\"op\":\"put\",\"size\":1}");
    page.send(new byte[1]);
    assertEquals("stored", nextControl().get("op").asText());
  }

  @Test
  void aPostcardComesWholeAndIsAPng() throws Exception {
    open(new FileChannel(java));
    page.send("{\"op\":\"get\"}");
    JsonNode file = nextControl();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (bytes.size() < file.get("size").asInt()) {
      ByteBuffer chunk = (ByteBuffer) next();
      bytes.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
    }
    assertEquals(file.get("sha256").asText(), sha256(bytes.toByteArray()));
    assertEquals("89504e470d0a1a0a", HexFormat.of().formatHex(bytes.toByteArray(), 0, 8));
    page.send("{\"op\":\"get\"}");
    assertEquals("file", nextControl().get("op").asText()); // a second one may follow
  }

  @Test
  void aRunUpwardIsCounted() throws Exception {
    open(new BulkChannel(java));
    page.send(new byte[1000]); // before a run: not counted
    page.send("{\"op\":\"up\"}");
    page.send(new byte[1000]);
    page.send(new byte[500]);
    page.send("{\"op\":\"stop\"}");
    JsonNode told = nextControl();
    while (told.get("op").asText().equals("rate")) {
      told = nextControl();
    }
    assertEquals("total", told.get("op").asText());
    assertEquals(1500, told.get("bytes").asInt());
  }

  @Test
  void aRunDownwardEndsWithItsTotal() throws Exception {
    open(new BulkChannel(java));
    page.send("{\"op\":\"down\",\"seconds\":0.05}");
    long bytes = 0;
    Object message = next();
    while (message instanceof ByteBuffer binary) {
      bytes += binary.remaining();
      message = next();
    }
    JsonNode total = new JsonMapper().readTree((String) message);
    assertEquals("total", total.get("op").asText());
    assertEquals(bytes, total.get("bytes").asLong());
    assertTrue(bytes > 0);
  }

  @Test
  void aPageThatDoesNotReadDoesNotFillTheMemory() throws Exception {
    java.stall();
    DataChannelListener bulk = new BulkChannel(java);
    bulk.onText("{\"op\":\"down\",\"seconds\":10}");
    for (int i = 0; i < 100_000; i++) {
      bulk.onText("{\"op\":\"nonsense\"}");
    }
    assertTrue(java.bufferedAmount() < 9 * 1024 * 1024, "buffered: " + java.bufferedAmount());
    assertFalse(java.bufferedAmount() == 0);
  }
}
