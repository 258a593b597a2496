package dev.turnstone.ice.mdns;

import dev.turnstone.ice.mdns.DnsMessage.Question;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** Writes the few DNS messages that we send. */
final class DnsWriter {
  /** RFC 6762 section 10: for records that hold an address. */
  static final int TTL_SECONDS = 120;

  /** RFC 6762 section 6.7: who asked like a unicast resolver must not keep the answer for long. */
  private static final int LEGACY_TTL_SECONDS = 10;

  private static final int NAME_LENGTH = 44;
  private static final int RECORD_LENGTH = NAME_LENGTH + 10 + 16;

  /** The name that begins right after the header (RFC 1035 section 4.1.4). */
  private static final short POINTER_TO_FIRST = (short) (0xC000 | DnsMessage.HEADER_LENGTH);

  private DnsWriter() {}

  /** Asks for both addresses of a name (RFC 6762 section 5.2). */
  static ByteBuffer query(String name) {
    ByteBuffer out = header(0, 0, 2, 0, 0, NAME_LENGTH + 4 + 6);
    name(out, name);
    out.putShort((short) DnsMessage.TYPE_A).putShort((short) DnsMessage.CLASS_IN);
    out.putShort(POINTER_TO_FIRST);
    out.putShort((short) DnsMessage.TYPE_AAAA).putShort((short) DnsMessage.CLASS_IN);
    return out.flip();
  }

  /**
   * Tells a name's address, and that it has no other (RFC 6762 section 6.1): who asks for both
   * families need not wait for the one that is not there.
   *
   * @param positive whether the address was asked for; if not, its absence was
   */
  static ByteBuffer answer(String name, InetAddress address, boolean positive) {
    ByteBuffer out =
        header(
            0,
            DnsMessage.FLAG_RESPONSE | DnsMessage.FLAG_AUTHORITATIVE,
            0,
            1,
            1,
            2 * RECORD_LENGTH);
    name(out, name);
    if (positive) {
      address(out, address, DnsMessage.TOP_BIT, TTL_SECONDS);
      out.putShort(POINTER_TO_FIRST);
      absence(out, address);
    } else {
      absence(out, address);
      out.putShort(POINTER_TO_FIRST);
      address(out, address, DnsMessage.TOP_BIT, TTL_SECONDS);
    }
    return out.flip();
  }

  /**
   * The same for one that knows unicast DNS alone (RFC 6762 section 6.7): its id and question
   * again, no bit that it would not understand, and nothing beyond what it asked for.
   */
  static ByteBuffer legacyAnswer(int id, Question question, InetAddress address) {
    boolean positive = question.asksFor(address);
    ByteBuffer out =
        header(
            id,
            DnsMessage.FLAG_RESPONSE | DnsMessage.FLAG_AUTHORITATIVE,
            1,
            positive ? 1 : 0,
            0,
            NAME_LENGTH + 4 + RECORD_LENGTH);
    name(out, question.name());
    out.putShort((short) question.type()).putShort((short) DnsMessage.CLASS_IN);
    if (positive) {
      out.putShort(POINTER_TO_FIRST);
      address(out, address, 0, LEGACY_TTL_SECONDS);
    }
    return out.flip();
  }

  /** Takes names back (RFC 6762 section 10.1). */
  static ByteBuffer goodbye(Collection<Map.Entry<String, InetAddress>> gone) {
    ByteBuffer out =
        header(
            0,
            DnsMessage.FLAG_RESPONSE | DnsMessage.FLAG_AUTHORITATIVE,
            0,
            gone.size(),
            0,
            gone.size() * RECORD_LENGTH);
    for (Map.Entry<String, InetAddress> each : gone) {
      name(out, each.getKey());
      address(out, each.getValue(), DnsMessage.TOP_BIT, 0);
    }
    return out.flip();
  }

  private static ByteBuffer header(
      int id, int flags, int questions, int answers, int additional, int room) {
    return ByteBuffer.allocate(DnsMessage.HEADER_LENGTH + room)
        .putShort((short) id)
        .putShort((short) flags)
        .putShort((short) questions)
        .putShort((short) answers)
        .putShort((short) 0)
        .putShort((short) additional);
  }

  private static void name(ByteBuffer out, String name) {
    for (String label : name.split("\\.")) {
      out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.put((byte) 0);
  }

  private static void address(ByteBuffer out, InetAddress address, int topBit, int ttl) {
    byte[] data = address.getAddress();
    out.putShort((short) DnsMessage.typeOf(address))
        .putShort((short) (topBit | DnsMessage.CLASS_IN))
        .putInt(ttl)
        .putShort((short) data.length)
        .put(data);
  }

  /** An NSEC record whose map of types has the one that is there (RFC 6762 section 6.1). */
  private static void absence(ByteBuffer out, InetAddress address) {
    int type = DnsMessage.typeOf(address);
    byte[] map = new byte[type / 8 + 1];
    map[type / 8] = (byte) (0x80 >> type % 8);
    out.putShort((short) DnsMessage.TYPE_NSEC)
        .putShort((short) (DnsMessage.TOP_BIT | DnsMessage.CLASS_IN))
        .putInt(TTL_SECONDS)
        .putShort((short) (2 + 2 + map.length))
        .putShort(POINTER_TO_FIRST)
        .put((byte) 0)
        .put((byte) map.length)
        .put(map);
  }
}
