package dev.turnstone.stun;

/**
 * The method of a STUN message: what it is about. Any of the 12-bit values may arrive; those that
 * have no constant here are for the caller to refuse.
 *
 * @param code 0 to 0xFFF
 */
public record StunMethod(int code) {
  /** RFC 8489 section 3. */
  public static final StunMethod BINDING = new StunMethod(0x001);

  /** RFC 8656 section 7. */
  public static final StunMethod ALLOCATE = new StunMethod(0x003);

  /** RFC 8656 section 8. */
  public static final StunMethod REFRESH = new StunMethod(0x004);

  /** RFC 8656 section 11; indications only. */
  public static final StunMethod SEND = new StunMethod(0x006);

  /** RFC 8656 section 11; indications only. */
  public static final StunMethod DATA = new StunMethod(0x007);

  /** RFC 8656 section 10. */
  public static final StunMethod CREATE_PERMISSION = new StunMethod(0x008);

  /** RFC 8656 section 12. */
  public static final StunMethod CHANNEL_BIND = new StunMethod(0x009);

  /** Checks the range. */
  public StunMethod {
    if (code < 0 || code > 0xFFF) {
      throw new IllegalArgumentException("a STUN method has 12 bits, this is " + code);
    }
  }

  static StunMethod of(int code) {
    return switch (code) {
      case 0x001 -> BINDING;
      case 0x003 -> ALLOCATE;
      case 0x004 -> REFRESH;
      case 0x006 -> SEND;
      case 0x007 -> DATA;
      case 0x008 -> CREATE_PERMISSION;
      case 0x009 -> CHANNEL_BIND;
      default -> new StunMethod(code);
    };
  }
}
