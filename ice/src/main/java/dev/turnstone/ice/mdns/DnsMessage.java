package dev.turnstone.ice.mdns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A DNS message (RFC 1035 section 4.1, RFC 6762 section 18), and of it only what speaks of names
 * that conceal addresses. All else is read over.
 *
 * @param id what the sender chose; 0 except in queries of those that know unicast DNS alone
 * @param response whether it answers
 * @param questions for addresses of such names
 * @param addresses of such names: what is told in a response, what is known already in a query
 */
record DnsMessage(
    int id, boolean response, List<Question> questions, List<AddressRecord> addresses) {
  static final int HEADER_LENGTH = 12;
  static final int TYPE_A = 1;
  static final int TYPE_AAAA = 28;
  static final int TYPE_NSEC = 47;
  static final int TYPE_ANY = 255;
  static final int CLASS_IN = 1;
  static final int CLASS_ANY = 255;

  /** In a question "answer by unicast", in a record "forget what you knew" (RFC 6762, 18.12). */
  static final int TOP_BIT = 0x8000;

  static final int FLAG_RESPONSE = 0x8000;
  static final int FLAG_AUTHORITATIVE = 0x0400;
  private static final int OPCODE_AND_RCODE = 0x780F;

  /** RFC 6762 section 17. */
  static final int MAX_LENGTH = 9000;

  /** So many questions and records are read. A house full of devices announces fewer at once. */
  private static final int MAX_ENTRIES = 256;

  private static final int MIN_QUESTION_LENGTH = 5;
  private static final int MIN_RECORD_LENGTH = 11;
  private static final int MAX_NAME_LENGTH = 255;

  /** No writer needs more than one jump for each suffix that it repeats. */
  private static final int MAX_JUMPS = 16;

  private static final String UNINTERESTING = "";

  /**
   * A question.
   *
   * @param name in lower case
   * @param type {@link #TYPE_A}, {@link #TYPE_AAAA} or {@link #TYPE_ANY}
   * @param unicast whether the answer is wanted for the asker alone
   */
  record Question(String name, int type, boolean unicast) {
    boolean asksFor(InetAddress address) {
      return type == TYPE_ANY || type == typeOf(address);
    }
  }

  /**
   * What address a name has.
   *
   * @param name in lower case
   * @param ttlSeconds for how long this may be believed; 0 takes it back
   */
  record AddressRecord(String name, InetAddress address, long ttlSeconds) {}

  static int typeOf(InetAddress address) {
    return address.getAddress().length == 4 ? TYPE_A : TYPE_AAAA;
  }

  /**
   * Reads a message; the buffer's position does not count afterwards.
   *
   * @return empty when it is malformed, or of a kind that mDNS has no use for
   */
  static Optional<DnsMessage> parse(ByteBuffer packet) {
    if (packet.remaining() < HEADER_LENGTH || packet.remaining() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(new Reader(packet.slice()).message());
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      // It ended in the middle of something, or pointed out of itself.
      return Optional.empty();
    }
  }

  private static final class Reader {
    private final ByteBuffer bytes;

    Reader(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    DnsMessage message() {
      int id = unsignedShort();
      int flags = unsignedShort();
      int questionCount = unsignedShort();
      int answerCount = unsignedShort();
      int authorityCount = unsignedShort();
      int additionalCount = unsignedShort();
      int recordCount = answerCount + authorityCount + additionalCount;
      // RFC 6762 sections 18.3 and 18.11: other opcodes, and errors, are silently ignored.
      if ((flags & OPCODE_AND_RCODE) != 0
          || questionCount * MIN_QUESTION_LENGTH + recordCount * MIN_RECORD_LENGTH
              > bytes.remaining()) {
        return null;
      }
      boolean response = (flags & FLAG_RESPONSE) != 0;
      List<Question> questions = new ArrayList<>();
      List<AddressRecord> addresses = new ArrayList<>();
      int entries = Math.min(questionCount, MAX_ENTRIES);
      for (int i = 0; i < entries; i++) {
        readQuestion(questions);
      }
      if (entries == questionCount) {
        // What a prober proposes stands in the authority section (RFC 6762 section 8.2): no answer.
        int wanted = response ? recordCount : answerCount;
        int records = Math.min(wanted, MAX_ENTRIES - entries);
        for (int i = 0; i < records; i++) {
          boolean authority = i >= answerCount && i < answerCount + authorityCount;
          readRecord(authority ? new ArrayList<>() : addresses);
        }
      }
      return new DnsMessage(id, response, questions, addresses);
    }

    private void readQuestion(List<Question> into) {
      String name = name();
      int type = unsignedShort();
      int dnsClass = unsignedShort();
      int plainClass = dnsClass & ~TOP_BIT;
      boolean addresses = type == TYPE_A || type == TYPE_AAAA || type == TYPE_ANY;
      if (MdnsName.matches(name)
          && addresses
          && (plainClass == CLASS_IN || plainClass == CLASS_ANY)) {
        into.add(new Question(name, type, (dnsClass & TOP_BIT) != 0));
      }
    }

    private void readRecord(List<AddressRecord> into) {
      String name = name();
      int type = unsignedShort();
      int dnsClass = unsignedShort() & ~TOP_BIT;
      long ttl = Integer.toUnsignedLong(bytes.getInt());
      int length = unsignedShort();
      int end = bytes.position() + length;
      boolean fits = type == TYPE_A && length == 4 || type == TYPE_AAAA && length == 16;
      if (fits && dnsClass == CLASS_IN && MdnsName.matches(name)) {
        byte[] address = new byte[length];
        bytes.get(address);
        try {
          into.add(new AddressRecord(name, InetAddress.getByAddress(address), ttl));
        } catch (UnknownHostException wrongLength) {
          throw new AssertionError(wrongLength);
        }
      }
      bytes.position(end);
    }

    /**
     * A name (RFC 1035 section 4.1.4) in lower case, {@link #UNINTERESTING} when it has other
     * letters than host names have. A pointer leads strictly backwards, so none leads round.
     */
    private String name() {
      StringBuilder name = new StringBuilder();
      boolean interesting = true;
      int after = -1;
      int start = bytes.position();
      int length = 0;
      int jumps = 0;
      for (int label = unsignedByte(); label != 0; label = unsignedByte()) {
        if ((label & 0xC0) == 0xC0) {
          int target = (label & 0x3F) << 8 | unsignedByte();
          after = after < 0 ? bytes.position() : after;
          if (target >= start || ++jumps > MAX_JUMPS) {
            throw new IllegalArgumentException("a pointer that does not lead backwards");
          }
          start = target;
          bytes.position(target);
          continue;
        }
        length += label + 1;
        if (label > 63 || length > MAX_NAME_LENGTH) {
          throw new IllegalArgumentException("a label or a name that is too long");
        }
        if (name.length() > 0) {
          name.append('.');
        }
        for (int i = 0; i < label; i++) {
          int letter = unsignedByte();
          interesting &= letter > ' ' && letter < 0x7F && letter != '.';
          name.append((char) letter);
        }
      }
      if (after >= 0) {
        bytes.position(after);
      }
      return interesting ? MdnsName.normal(name.toString()) : UNINTERESTING;
    }

    private int unsignedByte() {
      return Byte.toUnsignedInt(bytes.get());
    }

    private int unsignedShort() {
      return Short.toUnsignedInt(bytes.getShort());
    }
  }
}
