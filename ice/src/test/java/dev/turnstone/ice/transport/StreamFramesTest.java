package dev.turnstone.ice.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamFramesTest {
  private final Random random = new Random(7);
  private final List<ByteBuffer> sent = new ArrayList<>();
  private final List<ByteBuffer> received = new ArrayList<>();

  private byte[] stream(int... lengths) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int length : lengths) {
      byte[] packet = new byte[length];
      random.nextBytes(packet);
      sent.add(ByteBuffer.wrap(packet));
      ByteBuffer frame = StreamFrames.frame(ByteBuffer.wrap(packet));
      all.write(frame.array(), 0, frame.remaining());
    }
    return all.toByteArray();
  }

  private void take(ByteBuffer frame) {
    byte[] copy = new byte[frame.remaining()];
    frame.get(copy);
    received.add(ByteBuffer.wrap(copy));
  }

  @Test
  void datagramsComeWholeHoweverTheStreamIsCut() {
    byte[] bytes = stream(1, 0, 1200, 65535, 2, 2047, 5000, 0, 3);
    for (int most : List.of(1, 2, 3, 7, 1000, 4096, 200_000)) {
      received.clear();
      StreamFrames frames = new StreamFrames();
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(most));
        frames.handle(ByteBuffer.wrap(bytes, at, length), this::take);
        at += length;
      }
      assertEquals(sent, received, "cut into at most " + most);
    }
  }

  @Test
  void aFrameHasItsLengthBeforeIt() {
    ByteBuffer frame = StreamFrames.frame(ByteBuffer.wrap(new byte[] {9, 8, 7}));
    assertEquals(ByteBuffer.wrap(new byte[] {0, 3, 9, 8, 7}), frame);
  }
}
