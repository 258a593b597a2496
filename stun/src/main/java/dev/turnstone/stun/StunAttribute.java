package dev.turnstone.stun;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * One attribute of a STUN message: a record for each kind. Values of bytes are read-only copies, so
 * records compare by content. A constructor throws {@link IllegalArgumentException} on a value that
 * the wire could not carry.
 */
public sealed interface StunAttribute {

  /** The 16-bit type. */
  int type();

  /**
   * Whether a receiver that does not understand the attribute must refuse the message (RFC 8489
   * section 14): types below 0x8000.
   */
  default boolean isComprehensionRequired() {
    return type() < 0x8000;
  }

  // RFC 8489: STUN

  /**
   * MAPPED-ADDRESS (RFC 8489 section 14.1), from servers of the old kind.
   *
   * @param address where the request came from
   */
  record MappedAddress(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public MappedAddress {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.MAPPED_ADDRESS.code();
    }
  }

  /**
   * XOR-MAPPED-ADDRESS (RFC 8489 section 14.2).
   *
   * @param address where the request came from
   */
  record XorMappedAddress(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public XorMappedAddress {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.XOR_MAPPED_ADDRESS.code();
    }
  }

  /**
   * USERNAME (RFC 8489 section 14.3).
   *
   * @param name up to 508 bytes of UTF-8
   */
  record Username(String name) implements StunAttribute {
    /** Checks the length. */
    public Username {
      Values.requireUtf8("USERNAME", name, 508);
    }

    @Override
    public int type() {
      return AttributeType.USERNAME.code();
    }
  }

  /**
   * USERHASH (RFC 8489 section 14.4); made by {@link IntegrityKey#userHash}.
   *
   * @param hash 32 bytes
   */
  record UserHash(ByteBuffer hash) implements StunAttribute {
    /** Copies the hash and checks its length. */
    public UserHash {
      hash = Values.copy("USERHASH", hash, 32, 32);
    }

    @Override
    public ByteBuffer hash() {
      return hash.duplicate();
    }

    @Override
    public int type() {
      return AttributeType.USERHASH.code();
    }
  }

  /**
   * MESSAGE-INTEGRITY (RFC 8489 section 14.5). {@link StunIntegrity} verifies it, {@link
   * StunEncoder#integrity} writes it.
   *
   * @param hmac 20 bytes
   */
  record MessageIntegrity(ByteBuffer hmac) implements StunAttribute {
    /** Copies the HMAC and checks its length. */
    public MessageIntegrity {
      hmac = Values.copy("MESSAGE-INTEGRITY", hmac, 20, 20);
    }

    @Override
    public ByteBuffer hmac() {
      return hmac.duplicate();
    }

    @Override
    public int type() {
      return AttributeType.MESSAGE_INTEGRITY.code();
    }
  }

  /**
   * MESSAGE-INTEGRITY-SHA256 (RFC 8489 section 14.6).
   *
   * @param hmac 16 to 32 bytes, a multiple of 4
   */
  record MessageIntegritySha256(ByteBuffer hmac) implements StunAttribute {
    /** Copies the HMAC and checks its length. */
    public MessageIntegritySha256 {
      hmac = Values.copy("MESSAGE-INTEGRITY-SHA256", hmac, 16, 32);
      if (hmac.remaining() % 4 != 0) {
        throw new IllegalArgumentException(
            "MESSAGE-INTEGRITY-SHA256 has a length that is no multiple of 4");
      }
    }

    @Override
    public ByteBuffer hmac() {
      return hmac.duplicate();
    }

    @Override
    public int type() {
      return AttributeType.MESSAGE_INTEGRITY_SHA256.code();
    }
  }

  /**
   * FINGERPRINT (RFC 8489 section 14.7). {@link StunFingerprint} verifies it, {@link
   * StunEncoder#fingerprint} writes it.
   *
   * @param value as it stands in the message: the CRC-32 XOR 0x5354554E
   */
  record Fingerprint(int value) implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.FINGERPRINT.code();
    }
  }

  /**
   * ERROR-CODE (RFC 8489 section 14.8).
   *
   * @param code 300 to 699
   * @param reason for humans, up to 763 bytes of UTF-8
   */
  record ErrorCode(int code, String reason) implements StunAttribute {
    /** Checks the ranges. */
    public ErrorCode {
      Values.requireErrorCode(code);
      Values.requireUtf8("the reason phrase of ERROR-CODE", reason, Values.MAX_TEXT);
    }

    @Override
    public int type() {
      return AttributeType.ERROR_CODE.code();
    }
  }

  /**
   * REALM (RFC 8489 section 14.9).
   *
   * @param realm up to 763 bytes of UTF-8
   */
  record Realm(String realm) implements StunAttribute {
    /** Checks the length. */
    public Realm {
      Values.requireUtf8("REALM", realm, Values.MAX_TEXT);
    }

    @Override
    public int type() {
      return AttributeType.REALM.code();
    }
  }

  /**
   * NONCE (RFC 8489 section 14.10).
   *
   * @param nonce up to 763 bytes of UTF-8
   */
  record Nonce(String nonce) implements StunAttribute {
    /** Checks the length. */
    public Nonce {
      Values.requireUtf8("NONCE", nonce, Values.MAX_TEXT);
    }

    @Override
    public int type() {
      return AttributeType.NONCE.code();
    }
  }

  /**
   * PASSWORD-ALGORITHMS (RFC 8489 section 14.11): what a server can do, best first.
   *
   * @param algorithms the algorithms
   */
  record PasswordAlgorithms(List<Algorithm> algorithms) implements StunAttribute {
    /** Copies the list. */
    public PasswordAlgorithms {
      algorithms = List.copyOf(algorithms);
    }

    @Override
    public int type() {
      return AttributeType.PASSWORD_ALGORITHMS.code();
    }
  }

  /**
   * PASSWORD-ALGORITHM (RFC 8489 section 14.12): what the client chose.
   *
   * @param algorithm the algorithm
   */
  record PasswordAlgorithm(Algorithm algorithm) implements StunAttribute {
    /** Refuses null. */
    public PasswordAlgorithm {
      Objects.requireNonNull(algorithm, "algorithm");
    }

    @Override
    public int type() {
      return AttributeType.PASSWORD_ALGORITHM.code();
    }
  }

  /**
   * How a long-term key is made from a password (RFC 8489 section 18.5).
   *
   * @param code {@link #MD5}, {@link #SHA256} or one that is not known here
   * @param parameters empty for both known ones
   */
  record Algorithm(int code, ByteBuffer parameters) {
    /** The hash of RFC 5389. */
    public static final Algorithm MD5 = new Algorithm(0x0001, ByteBuffer.allocate(0));

    /** The hash of RFC 8489. */
    public static final Algorithm SHA256 = new Algorithm(0x0002, ByteBuffer.allocate(0));

    /** Copies the parameters and checks the ranges. */
    public Algorithm {
      Values.requireUnsigned16("the code of a password algorithm", code);
      parameters = Values.copy("the parameters of a password algorithm", parameters, 0, 1024);
    }

    @Override
    public ByteBuffer parameters() {
      return parameters.duplicate();
    }
  }

  /**
   * UNKNOWN-ATTRIBUTES (RFC 8489 section 14.13), in the answer 420.
   *
   * @param types the types that were not understood
   */
  record UnknownAttributes(List<Integer> types) implements StunAttribute {
    /** Copies the list and checks the ranges. */
    public UnknownAttributes {
      types = List.copyOf(types);
      types.forEach(type -> Values.requireUnsigned16("an attribute type", type));
    }

    @Override
    public int type() {
      return AttributeType.UNKNOWN_ATTRIBUTES.code();
    }
  }

  /**
   * SOFTWARE (RFC 8489 section 14.14).
   *
   * @param description up to 763 bytes of UTF-8
   */
  record Software(String description) implements StunAttribute {
    /** Checks the length. */
    public Software {
      Values.requireUtf8("SOFTWARE", description, Values.MAX_TEXT);
    }

    @Override
    public int type() {
      return AttributeType.SOFTWARE.code();
    }
  }

  /**
   * ALTERNATE-SERVER (RFC 8489 section 14.15).
   *
   * @param address the server to try
   */
  record AlternateServer(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public AlternateServer {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.ALTERNATE_SERVER.code();
    }
  }

  /**
   * ALTERNATE-DOMAIN (RFC 8489 section 14.16): the name that the alternate server's certificate
   * bears.
   *
   * @param domain up to 255 bytes
   */
  record AlternateDomain(String domain) implements StunAttribute {
    /** Checks the length. */
    public AlternateDomain {
      Values.requireUtf8("ALTERNATE-DOMAIN", domain, 255);
    }

    @Override
    public int type() {
      return AttributeType.ALTERNATE_DOMAIN.code();
    }
  }

  // RFC 8445: ICE

  /**
   * PRIORITY (RFC 8445 section 7.1.1).
   *
   * @param priority that a candidate learned from this check would have; 0 to 2^32 - 1
   */
  record Priority(long priority) implements StunAttribute {
    /** Checks the range. */
    public Priority {
      Values.requireUnsigned32("PRIORITY", priority);
    }

    @Override
    public int type() {
      return AttributeType.PRIORITY.code();
    }
  }

  /** USE-CANDIDATE (RFC 8445 section 7.1.2): the controlling side nominates. */
  record UseCandidate() implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.USE_CANDIDATE.code();
    }
  }

  /**
   * ICE-CONTROLLED (RFC 8445 section 7.1.3).
   *
   * @param tieBreaker 64 random bits, compared unsigned
   */
  record IceControlled(long tieBreaker) implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.ICE_CONTROLLED.code();
    }
  }

  /**
   * ICE-CONTROLLING (RFC 8445 section 7.1.3).
   *
   * @param tieBreaker 64 random bits, compared unsigned
   */
  record IceControlling(long tieBreaker) implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.ICE_CONTROLLING.code();
    }
  }

  // RFC 8656: TURN

  /**
   * CHANNEL-NUMBER (RFC 8656 section 18.1).
   *
   * @param number 16 bits; usable ones are 0x4000 to 0x4FFF, others are for the server to refuse
   */
  record ChannelNumber(int number) implements StunAttribute {
    /** Checks the range. */
    public ChannelNumber {
      Values.requireUnsigned16("CHANNEL-NUMBER", number);
    }

    @Override
    public int type() {
      return AttributeType.CHANNEL_NUMBER.code();
    }
  }

  /**
   * LIFETIME (RFC 8656 section 18.2).
   *
   * @param seconds 0 to 2^32 - 1
   */
  record Lifetime(long seconds) implements StunAttribute {
    /** Checks the range. */
    public Lifetime {
      Values.requireUnsigned32("LIFETIME", seconds);
    }

    @Override
    public int type() {
      return AttributeType.LIFETIME.code();
    }
  }

  /**
   * XOR-PEER-ADDRESS (RFC 8656 section 18.3).
   *
   * @param address the peer as the server sees it
   */
  record XorPeerAddress(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public XorPeerAddress {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.XOR_PEER_ADDRESS.code();
    }
  }

  /**
   * DATA (RFC 8656 section 18.4).
   *
   * @param data what goes to or came from the peer
   */
  record Data(ByteBuffer data) implements StunAttribute {
    /** Copies the bytes and checks the length. */
    public Data {
      data = Values.copy("DATA", data, 0, 0xFFFF);
    }

    @Override
    public ByteBuffer data() {
      return data.duplicate();
    }

    @Override
    public int type() {
      return AttributeType.DATA.code();
    }
  }

  /**
   * XOR-RELAYED-ADDRESS (RFC 8656 section 18.5).
   *
   * @param address the relay's
   */
  record XorRelayedAddress(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public XorRelayedAddress {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.XOR_RELAYED_ADDRESS.code();
    }
  }

  /**
   * REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6).
   *
   * @param family of the relayed address
   */
  record RequestedAddressFamily(AddressFamily family) implements StunAttribute {
    /** Refuses null. */
    public RequestedAddressFamily {
      Objects.requireNonNull(family, "family");
    }

    @Override
    public int type() {
      return AttributeType.REQUESTED_ADDRESS_FAMILY.code();
    }
  }

  /**
   * EVEN-PORT (RFC 8656 section 18.7).
   *
   * @param reserveNext whether the next higher port is to be reserved too
   */
  record EvenPort(boolean reserveNext) implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.EVEN_PORT.code();
    }
  }

  /**
   * REQUESTED-TRANSPORT (RFC 8656 section 18.8).
   *
   * @param protocol an IP protocol number; 17 is UDP
   */
  record RequestedTransport(int protocol) implements StunAttribute {
    /** UDP. */
    public static final RequestedTransport UDP = new RequestedTransport(17);

    /** Checks the range. */
    public RequestedTransport {
      if (protocol < 0 || protocol > 0xFF) {
        throw new IllegalArgumentException("REQUESTED-TRANSPORT has 8 bits, this is " + protocol);
      }
    }

    @Override
    public int type() {
      return AttributeType.REQUESTED_TRANSPORT.code();
    }
  }

  /** DONT-FRAGMENT (RFC 8656 section 18.9). */
  record DontFragment() implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.DONT_FRAGMENT.code();
    }
  }

  /**
   * RESERVATION-TOKEN (RFC 8656 section 18.10).
   *
   * @param token 8 bytes
   */
  record ReservationToken(long token) implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.RESERVATION_TOKEN.code();
    }
  }

  /**
   * ADDITIONAL-ADDRESS-FAMILY (RFC 8656 section 18.11).
   *
   * @param family of the second relayed address
   */
  record AdditionalAddressFamily(AddressFamily family) implements StunAttribute {
    /** Refuses null. */
    public AdditionalAddressFamily {
      Objects.requireNonNull(family, "family");
    }

    @Override
    public int type() {
      return AttributeType.ADDITIONAL_ADDRESS_FAMILY.code();
    }
  }

  /**
   * ADDRESS-ERROR-CODE (RFC 8656 section 18.12).
   *
   * @param family of which no relayed address was allocated
   * @param code 300 to 699
   * @param reason for humans, up to 763 bytes of UTF-8
   */
  record AddressErrorCode(AddressFamily family, int code, String reason) implements StunAttribute {
    /** Checks the ranges. */
    public AddressErrorCode {
      Objects.requireNonNull(family, "family");
      Values.requireErrorCode(code);
      Values.requireUtf8("the reason phrase of ADDRESS-ERROR-CODE", reason, Values.MAX_TEXT);
    }

    @Override
    public int type() {
      return AttributeType.ADDRESS_ERROR_CODE.code();
    }
  }

  /**
   * ICMP (RFC 8656 section 18.13).
   *
   * @param icmpType 7 bits
   * @param icmpCode 9 bits
   * @param errorData the 4 bytes that followed in the ICMP message
   */
  record Icmp(int icmpType, int icmpCode, int errorData) implements StunAttribute {
    /** Checks the ranges. */
    public Icmp {
      if (icmpType < 0 || icmpType > 0x7F || icmpCode < 0 || icmpCode > 0x1FF) {
        throw new IllegalArgumentException("ICMP has a type of 7 bits and a code of 9");
      }
    }

    @Override
    public int type() {
      return AttributeType.ICMP.code();
    }
  }

  // RFC 5780: NAT behaviour discovery

  /**
   * CHANGE-REQUEST (RFC 5780 section 7.2): answer from elsewhere.
   *
   * @param ip whether from the server's other address
   * @param port whether from the server's other port
   */
  record ChangeRequest(boolean ip, boolean port) implements StunAttribute {
    @Override
    public int type() {
      return AttributeType.CHANGE_REQUEST.code();
    }
  }

  /**
   * RESPONSE-ORIGIN (RFC 5780 section 7.3).
   *
   * @param address that the server says it answers from
   */
  record ResponseOrigin(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public ResponseOrigin {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.RESPONSE_ORIGIN.code();
    }
  }

  /**
   * OTHER-ADDRESS (RFC 5780 section 7.4).
   *
   * @param address of the server that differs in address and port from the one that was asked
   */
  record OtherAddress(InetSocketAddress address) implements StunAttribute {
    /** Checks that the address is an address, not a name. */
    public OtherAddress {
      Values.requireResolved(address);
    }

    @Override
    public int type() {
      return AttributeType.OTHER_ADDRESS.code();
    }
  }

  /**
   * An attribute that has no record here: its bytes as they came.
   *
   * @param type 16 bits
   * @param value without padding
   */
  record Unknown(int type, ByteBuffer value) implements StunAttribute {
    /** Copies the bytes and checks that no other record is meant. */
    public Unknown {
      Values.requireUnsigned16("an attribute type", type);
      if (AttributeType.of(type) != null) {
        throw new IllegalArgumentException(AttributeType.of(type) + " has a record of its own");
      }
      value = Values.copy("the attribute", value, 0, 0xFFFF);
    }

    @Override
    public ByteBuffer value() {
      return value.duplicate();
    }
  }
}
