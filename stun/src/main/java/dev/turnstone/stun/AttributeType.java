package dev.turnstone.stun;

/** The attribute types that this codec reads into records of their own. */
enum AttributeType {
  MAPPED_ADDRESS(0x0001),
  CHANGE_REQUEST(0x0003),
  USERNAME(0x0006),
  MESSAGE_INTEGRITY(0x0008),
  ERROR_CODE(0x0009),
  UNKNOWN_ATTRIBUTES(0x000A),
  CHANNEL_NUMBER(0x000C),
  LIFETIME(0x000D),
  XOR_PEER_ADDRESS(0x0012),
  DATA(0x0013),
  REALM(0x0014),
  NONCE(0x0015),
  XOR_RELAYED_ADDRESS(0x0016),
  REQUESTED_ADDRESS_FAMILY(0x0017),
  EVEN_PORT(0x0018),
  REQUESTED_TRANSPORT(0x0019),
  DONT_FRAGMENT(0x001A),
  MESSAGE_INTEGRITY_SHA256(0x001C),
  PASSWORD_ALGORITHM(0x001D),
  USERHASH(0x001E),
  XOR_MAPPED_ADDRESS(0x0020),
  RESERVATION_TOKEN(0x0022),
  PRIORITY(0x0024),
  USE_CANDIDATE(0x0025),
  ADDITIONAL_ADDRESS_FAMILY(0x8000),
  ADDRESS_ERROR_CODE(0x8001),
  PASSWORD_ALGORITHMS(0x8002),
  ALTERNATE_DOMAIN(0x8003),
  ICMP(0x8004),
  SOFTWARE(0x8022),
  ALTERNATE_SERVER(0x8023),
  FINGERPRINT(0x8028),
  ICE_CONTROLLED(0x8029),
  ICE_CONTROLLING(0x802A),
  RESPONSE_ORIGIN(0x802B),
  OTHER_ADDRESS(0x802C);

  private static final AttributeType[] LOW = new AttributeType[0x30];
  private static final AttributeType[] HIGH = new AttributeType[0x30];

  static {
    for (AttributeType type : values()) {
      (type.code < 0x8000 ? LOW : HIGH)[type.code & 0x7FFF] = type;
    }
  }

  private final int code;

  AttributeType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The type of a code, or null when this codec has no record for it. */
  static AttributeType of(int code) {
    int index = code & 0x7FFF;
    return index < LOW.length ? (code < 0x8000 ? LOW : HIGH)[index] : null;
  }
}
