package dev.turnstone.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Objects;

/**
 * Writes packets as a classic pcap file with nanosecond times, which Wireshark and tcpdump read. A
 * file holds either UDP datagrams (each below a made-up IP and UDP header, link type RAW) or bare
 * SCTP packets (link type SCTP).
 *
 * <p>Not thread-safe. The stream is written to without a buffer of our own, one call per packet.
 */
public final class PcapWriter implements AutoCloseable {
  private static final int NANOSECOND_MAGIC = 0xa1b23c4d;
  private static final int SNAPSHOT_BYTES = 262144;
  private static final int IP_V4_HEADER = 20;
  private static final int IP_V6_HEADER = 40;
  private static final int UDP_HEADER = 8;
  private static final int RECORD_HEADER = 16;
  private static final byte UDP = 17;

  /** What a file holds. */
  public enum LinkType {
    /** IP packets: LINKTYPE_RAW. */
    RAW_IP(101),
    /** SCTP packets with nothing below them: LINKTYPE_SCTP. */
    SCTP(248);

    private final int code;

    LinkType(int code) {
      this.code = code;
    }
  }

  private final OutputStream out;
  private final LinkType linkType;
  private final Instant birth;

  /**
   * Begins a file whose times count from 1970, so that simulated time 0 reads as 0.
   *
   * @param out where to write; {@link #close} closes it
   * @param linkType what the file will hold
   * @throws IOException when the header could not be written
   */
  public PcapWriter(OutputStream out, LinkType linkType) throws IOException {
    this(out, linkType, Instant.EPOCH);
  }

  /**
   * Begins a file.
   *
   * @param out where to write; {@link #close} closes it
   * @param linkType what the file will hold
   * @param birth the wall-clock time of nanosecond 0
   * @throws IOException when the header could not be written
   */
  public PcapWriter(OutputStream out, LinkType linkType, Instant birth) throws IOException {
    this.out = Objects.requireNonNull(out, "out");
    this.linkType = Objects.requireNonNull(linkType, "linkType");
    this.birth = Objects.requireNonNull(birth, "birth");
    ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(NANOSECOND_MAGIC).putShort((short) 2).putShort((short) 4);
    header.putInt(0).putInt(0).putInt(SNAPSHOT_BYTES).putInt(linkType.code);
    out.write(header.array());
  }

  /**
   * Writes a UDP datagram.
   *
   * @param source from where; resolved, IPv4 or IPv6 like the destination
   * @param destination where to
   * @param payload the datagram's bytes; the position stays
   * @param nanos the time, in nanoseconds since the birth
   * @throws IOException when it could not be written
   * @throws IllegalStateException when this is not a {@link LinkType#RAW_IP} file
   * @throws IllegalArgumentException when the addresses are of different families, or the payload
   *     does not fit a datagram
   */
  public void writeUdp(
      InetSocketAddress source, InetSocketAddress destination, ByteBuffer payload, long nanos)
      throws IOException {
    require(LinkType.RAW_IP);
    byte[] from = source.getAddress().getAddress();
    byte[] to = destination.getAddress().getAddress();
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "addresses of different families: " + source + " and " + destination);
    }
    boolean v4 = source.getAddress() instanceof Inet4Address;
    int ipHeader = v4 ? IP_V4_HEADER : IP_V6_HEADER;
    int udpLength = UDP_HEADER + payload.remaining();
    if (udpLength + (v4 ? IP_V4_HEADER : 0) > 0xffff) {
      throw new IllegalArgumentException(payload.remaining() + " bytes do not fit a UDP datagram");
    }
    ByteBuffer packet = ByteBuffer.allocate(ipHeader + udpLength);
    if (v4) {
      putIpV4Header(packet, from, to, udpLength);
    } else {
      packet.putInt(6 << 28).putShort((short) udpLength).put(UDP).put((byte) 64).put(from).put(to);
    }
    packet.putShort((short) source.getPort()).putShort((short) destination.getPort());
    packet.putShort((short) udpLength).putShort((short) 0).put(payload.duplicate());
    // The pseudo header of RFC 768 and RFC 8200 section 8.1: addresses, protocol, length.
    long pseudo = sum(ByteBuffer.wrap(from)) + sum(ByteBuffer.wrap(to)) + UDP + udpLength;
    int checksum = ~fold(pseudo + sum(packet.duplicate().flip().position(ipHeader))) & 0xffff;
    // RFC 768: a sum of zero is sent as all ones, because zero means that there is none.
    packet.putShort(ipHeader + 6, (short) (checksum == 0 ? 0xffff : checksum));
    writeRecord(packet.flip(), nanos);
  }

  /**
   * Writes an SCTP packet.
   *
   * @param packet from the common header on; the position stays
   * @param nanos the time, in nanoseconds since the birth
   * @throws IOException when it could not be written
   * @throws IllegalStateException when this is not a {@link LinkType#SCTP} file
   */
  public void writeSctp(ByteBuffer packet, long nanos) throws IOException {
    require(LinkType.SCTP);
    writeRecord(packet, nanos);
  }

  /**
   * A tap that writes each packet it sees as SCTP.
   *
   * @return the tap; it throws {@link UncheckedIOException} when a packet could not be written
   */
  public PacketTap sctpTap() {
    require(LinkType.SCTP);
    return (direction, packet, nowNanos) -> {
      try {
        writeSctp(packet, nowNanos);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /**
   * A tap that writes each packet it sees as a UDP datagram.
   *
   * @param a the address of endpoint A
   * @param b the address of endpoint B
   * @return the tap; it throws {@link UncheckedIOException} when a packet could not be written
   */
  public PacketTap udpTap(InetSocketAddress a, InetSocketAddress b) {
    require(LinkType.RAW_IP);
    return (direction, packet, nowNanos) -> {
      boolean forth = direction == Direction.A_TO_B;
      try {
        writeUdp(forth ? a : b, forth ? b : a, packet, nowNanos);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /**
   * Closes the stream.
   *
   * @throws IOException when that fails
   */
  @Override
  public void close() throws IOException {
    out.close();
  }

  private void require(LinkType needed) {
    if (linkType != needed) {
      throw new IllegalStateException("the file holds " + linkType + ", not " + needed);
    }
  }

  private static void putIpV4Header(ByteBuffer into, byte[] from, byte[] to, int udpLength) {
    // Version 4, header of 5 words; no fragment: the DF bit alone.
    into.putShort((short) 0x4500).putShort((short) (IP_V4_HEADER + udpLength));
    into.putShort((short) 0).putShort((short) 0x4000).put((byte) 64).put(UDP).putShort((short) 0);
    into.put(from).put(to);
    into.putShort(10, (short) ~fold(sum(into.duplicate().flip())));
  }

  /** The sum of the remaining 16-bit words, an odd byte filled up with zero (RFC 1071). */
  private static long sum(ByteBuffer bytes) {
    long sum = 0;
    while (bytes.remaining() >= 2) {
      sum += Short.toUnsignedInt(bytes.getShort());
    }
    return bytes.hasRemaining() ? sum + (Byte.toUnsignedInt(bytes.get()) << 8) : sum;
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  private void writeRecord(ByteBuffer packet, long nanos) throws IOException {
    int length = packet.remaining();
    Instant time = birth.plusNanos(nanos);
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt((int) time.getEpochSecond()).putInt(time.getNano());
    record.putInt(length).putInt(length).put(packet.duplicate());
    out.write(record.array());
  }
}
