package dev.turnstone.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChannelDataTest {
  @Test
  void channelDataSurvivesTheWireWithAndWithoutPadding() throws Exception {
    for (int length = 0; length < 9; length++) {
      for (boolean padded : new boolean[] {false, true}) {
        ChannelData message = new ChannelData(0x4FFF, ByteBuffer.wrap(new byte[length]));
        ByteBuffer out = ByteBuffer.allocate(20);
        message.encode(out, padded);
        assertEquals(padded ? 4 + (length + 3) / 4 * 4 : 4 + length, out.position());
        out.flip();
        assertTrue(ChannelData.isChannelData(out));
        assertFalse(StunMessage.isStun(out));
        assertEquals(message, ChannelData.parse(out));
      }
    }
  }

  @Test
  void whatIsNoChannelDataIsRefused() {
    ByteBuffer lie = ByteBuffer.allocate(8).putShort(0, (short) 0x4000).putShort(2, (short) 5);
    assertThrows(StunParseException.class, () -> ChannelData.parse(lie));
    assertThrows(StunParseException.class, () -> ChannelData.parse(ByteBuffer.allocate(3)));
    lie.putShort(0, (short) 0x5000).putShort(2, (short) 1);
    assertThrows(StunParseException.class, () -> ChannelData.parse(lie));
    assertThrows(
        IllegalArgumentException.class, () -> new ChannelData(0x3FFF, ByteBuffer.allocate(0)));
  }
}
