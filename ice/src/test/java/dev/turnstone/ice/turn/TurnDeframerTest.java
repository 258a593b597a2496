package dev.turnstone.ice.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages cut out of a stream. */
class TurnDeframerTest {

  private static List<ByteBuffer> messages(Random random) {
    List<ByteBuffer> messages = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] data = new byte[i % 20 == 0 ? 60_000 + random.nextInt(5_000) : random.nextInt(1500)];
      random.nextBytes(data);
      ByteBuffer out = ByteBuffer.allocate(70_000);
      if (random.nextBoolean()) {
        new ChannelData(0x4000 + i, ByteBuffer.wrap(data)).encode(out, true);
      } else {
        new StunMessage(
                MessageClass.INDICATION,
                StunMethod.DATA,
                new TransactionId(i, i),
                new StunAttribute.Data(ByteBuffer.wrap(data)))
            .encode(out);
      }
      messages.add(out.flip());
    }
    return messages;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 1460, 16_384, 1_000_000})
  void messagesComeOutAsTheyWentInHoweverTheStreamIsCut(int most) {
    long seed = 7 + most;
    Random random = new Random(seed);
    List<ByteBuffer> sent = messages(random);
    ByteBuffer stream = ByteBuffer.allocate(sent.stream().mapToInt(ByteBuffer::remaining).sum());
    sent.forEach(message -> stream.put(message.duplicate()));
    stream.flip();
    List<ByteBuffer> received = new ArrayList<>();
    TurnDeframer deframer = new TurnDeframer();
    while (stream.hasRemaining()) {
      byte[] chunk = new byte[Math.min(1 + random.nextInt(most), stream.remaining())];
      stream.get(chunk);
      assertTrue(
          deframer.handleBytes(
              ByteBuffer.wrap(chunk),
              message -> {
                byte[] copy = new byte[message.remaining()];
                message.get(copy);
                received.add(ByteBuffer.wrap(copy));
              }));
    }
    assertEquals(sent, received, "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00010003000000000000000000000000", // a length that is no multiple of four
        "0001000012345678000000000000000000000000", // no magic cookie
        "ffffffff",
        "80000000"
      })
  void whatIsNoSuchStreamIsRefusedForGood(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (int cut = 0; cut < bytes.length; cut++) {
      TurnDeframer deframer = new TurnDeframer();
      deframer.handleBytes(ByteBuffer.wrap(bytes, 0, cut), TurnDeframerTest::none);
      assertFalse(
          deframer.handleBytes(
              ByteBuffer.wrap(bytes, cut, bytes.length - cut), TurnDeframerTest::none));
      assertFalse(
          deframer.handleBytes(ByteBuffer.wrap(new byte[] {0, 1, 0, 0}), TurnDeframerTest::none));
    }
  }

  private static void none(ByteBuffer message) {
    throw new AssertionError("no message: " + message);
  }

  @Test
  void nothingThatComesMakesItThrow() {
    long seed = 99;
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      TurnDeframer deframer = new TurnDeframer();
      for (int j = 0; j < 20; j++) {
        byte[] chunk = new byte[random.nextInt(64)];
        random.nextBytes(chunk);
        if (chunk.length > 0) {
          chunk[0] &= 0x43;
        }
        deframer.handleBytes(ByteBuffer.wrap(chunk), message -> {});
      }
    }
  }
}
