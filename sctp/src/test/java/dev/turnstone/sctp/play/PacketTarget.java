package dev.turnstone.sctp.play;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.PacketWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The fuzzer's way to the packet parser: whatever can be read can be written, and what was written
 * reads as the same.
 */
public final class PacketTarget {
  private PacketTarget() {}

  /** One try; throws when a rule does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    PacketReader reader = new PacketReader();
    if (input.length > 60_000
        || !reader.open(ByteBuffer.wrap(Packets.withChecksum(input)), false)) {
      assertTrue(input.length < PacketWriter.HEADER_LENGTH || input.length > 60_000);
      return;
    }
    byte[] once = write(chunks(reader));
    assertTrue(reader.open(ByteBuffer.wrap(once), false));
    List<Chunk> again = chunks(reader);
    assertNull(reader.malformed(), "what we write is not malformed");
    assertArrayEquals(once, write(again));
  }

  private static List<Chunk> chunks(PacketReader reader) {
    List<Chunk> chunks = new ArrayList<>();
    int left = reader.remaining();
    for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
      assertTrue(reader.remaining() < left, "no way forward");
      left = reader.remaining();
      assertTrue(chunk.valueLength() <= 65535 && !chunk.toString().isEmpty());
      chunks.add(chunk);
    }
    assertEquals(0, reader.remaining());
    return chunks;
  }

  private static byte[] write(List<Chunk> chunks) {
    ByteBuffer packet = ByteBuffer.allocate(130_000);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 5000, 5000, 1);
    chunks.forEach(writer::write);
    writer.finish();
    byte[] bytes = new byte[packet.flip().remaining()];
    packet.get(bytes);
    return bytes;
  }
}
