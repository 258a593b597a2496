package dev.turnstone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class PcapWriterTest {
  private static final InetSocketAddress A4 = address("192.0.2.1", 5000);
  private static final InetSocketAddress B4 = address("198.51.100.2", 60000);
  private static final InetSocketAddress A6 = address("2001:db8::1", 5000);
  private static final InetSocketAddress B6 = address("2001:db8::2", 60000);

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private static InetSocketAddress address(String literal, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks the file's header and gives the rest. */
  private ByteBuffer records(int linkType) {
    ByteBuffer in = ByteBuffer.wrap(file.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0xa1b23c4d, in.getInt());
    assertEquals(2, in.getShort());
    assertEquals(4, in.getShort());
    assertEquals(0, in.getInt());
    assertEquals(0, in.getInt());
    assertEquals(262144, in.getInt());
    assertEquals(linkType, in.getInt());
    return in;
  }

  /** Checks a record's header and gives its bytes, in network order. */
  private static ByteBuffer packet(ByteBuffer in, long seconds, int nanos) {
    assertEquals(seconds, Integer.toUnsignedLong(in.getInt()));
    assertEquals(nanos, in.getInt());
    int length = in.getInt();
    assertEquals(length, in.getInt());
    ByteBuffer packet = in.slice(in.position(), length);
    in.position(in.position() + length);
    return packet;
  }

  /** The sum of RFC 1071 over words, which is all ones when a checksum inside is right. */
  private static int onesSum(ByteBuffer... parts) {
    int sum = 0;
    for (ByteBuffer part : parts) {
      for (int i = 0; i < part.remaining(); i++) {
        int octet = Byte.toUnsignedInt(part.get(part.position() + i));
        sum += i % 2 == 0 ? octet << 8 : octet;
        sum = (sum & 0xffff) + (sum >>> 16);
      }
    }
    return sum;
  }

  @Test
  void ipV4DatagramIsByteForByteWhatItShouldBe() throws IOException {
    try (PcapWriter pcap = new PcapWriter(file, PcapWriter.LinkType.RAW_IP)) {
      ByteBuffer payload = ByteBuffer.wrap("xhello".getBytes()).position(1);
      pcap.writeUdp(A4, B4, payload, 3_000_000_007L);
      assertEquals(1, payload.position());
    }
    ByteBuffer in = records(101);
    ByteBuffer packet = packet(in, 3, 7);
    assertFalse(in.hasRemaining());

    assertEquals(0xffff, onesSum(packet.slice(0, 20)));
    ByteBuffer pseudo = ByteBuffer.allocate(12).put(packet.slice(12, 8)).putInt(17 << 16 | 13);
    assertEquals(0xffff, onesSum(pseudo.flip(), packet.slice(20, 13)));
    byte[] withoutSums = new byte[33];
    packet.get(withoutSums);
    withoutSums[10] = withoutSums[11] = withoutSums[26] = withoutSums[27] = 0;
    assertArrayEquals(
        HexFormat.of()
            .parseHex(
                "4500002100004000401100 00c0000201c6336402 1388ea60000d0000 68656c6c6f"
                    .replace(" ", "")),
        withoutSums);
  }

  @Test
  void ipV6DatagramHasARightChecksum() throws IOException {
    try (PcapWriter pcap = new PcapWriter(file, PcapWriter.LinkType.RAW_IP)) {
      pcap.writeUdp(B6, A6, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 0);
    }
    ByteBuffer packet = packet(records(101), 0, 0);

    assertEquals(40 + 8 + 4, packet.remaining());
    assertEquals(6 << 28, packet.getInt(0));
    assertEquals(12, packet.getShort(4));
    assertEquals(17, packet.get(6));
    assertEquals(60000, Short.toUnsignedInt(packet.getShort(40)));
    assertEquals(5000, packet.getShort(42));
    ByteBuffer pseudo = ByteBuffer.allocate(40).put(packet.slice(8, 32)).putInt(12).putInt(17);
    assertEquals(0xffff, onesSum(pseudo.flip(), packet.slice(40, 12)));
  }

  @Test
  void checksumOfZeroIsSentAsAllOnes() throws IOException {
    try (PcapWriter pcap = new PcapWriter(file, PcapWriter.LinkType.RAW_IP)) {
      pcap.writeUdp(A4, B4, ByteBuffer.wrap(new byte[2]), 0);
      int sum = Short.toUnsignedInt(packet(records(101), 0, 0).getShort(26));
      file.reset();
      // With its own checksum as payload, the datagram's sum becomes all ones.
      pcap.writeUdp(A4, B4, ByteBuffer.allocate(2).putShort(0, (short) sum), 0);
    }
    ByteBuffer in = ByteBuffer.wrap(file.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);

    assertEquals(-1, packet(in, 0, 0).getShort(26));
  }

  @Test
  void simulatedSctpRunIsWrittenPacketByPacket() throws IOException {
    Scripted a = new Scripted();
    Scripted b = new Scripted();
    LinkOptions slow = LinkOptions.PERFECT.withDelay(Duration.ofMillis(1500));
    SimulatedNetwork network = new SimulatedNetwork(1, a, b, slow);
    Instant birth = Instant.parse("2026-11-21T00:00:00.25Z");
    try (PcapWriter pcap = new PcapWriter(file, PcapWriter.LinkType.SCTP, birth)) {
      network.onDelivered(pcap.sctpTap());
      a.send(1, 12);
      b.send(2, 16);
      network.runUntilIdle(Duration.ofSeconds(9));
    }
    ByteBuffer in = records(248);

    ByteBuffer first = packet(in, birth.getEpochSecond() + 1, 750_000_000);
    assertEquals(12, first.remaining());
    assertEquals(1, first.getInt(0));
    ByteBuffer second = packet(in, birth.getEpochSecond() + 1, 750_000_000);
    assertEquals(16, second.remaining());
    assertEquals(2, second.getInt(0));
    assertFalse(in.hasRemaining());
  }

  @Test
  void udpTapTurnsTheAddressesWithTheDirection() throws IOException {
    Scripted a = new Scripted();
    Scripted b = new Scripted();
    SimulatedNetwork network = new SimulatedNetwork(1, a, b, LinkOptions.PERFECT);
    try (PcapWriter pcap = new PcapWriter(file, PcapWriter.LinkType.RAW_IP)) {
      network.onSent(pcap.udpTap(A4, B4));
      a.send(1, 10);
      b.send(2, 10);
      network.runUntilIdle(Duration.ofSeconds(1));
    }
    ByteBuffer in = records(101);

    assertEquals(5000, packet(in, 0, 0).getShort(20));
    assertEquals(5000, packet(in, 0, 0).getShort(22));
  }

  @Test
  void wrongUseIsRefused() throws IOException {
    try (PcapWriter udp = new PcapWriter(file, PcapWriter.LinkType.RAW_IP);
        PcapWriter sctp =
            new PcapWriter(OutputStream.nullOutputStream(), PcapWriter.LinkType.SCTP)) {
      ByteBuffer small = ByteBuffer.allocate(4);
      assertThrows(IllegalStateException.class, () -> udp.writeSctp(small, 0));
      assertThrows(IllegalStateException.class, () -> sctp.writeUdp(A4, B4, small, 0));
      assertThrows(IllegalStateException.class, () -> sctp.udpTap(A4, B4));
      assertThrows(IllegalArgumentException.class, () -> udp.writeUdp(A4, B6, small, 0));
      ByteBuffer large = ByteBuffer.allocate(65508);
      assertThrows(IllegalArgumentException.class, () -> udp.writeUdp(A4, B4, large, 0));
    }
  }
}
