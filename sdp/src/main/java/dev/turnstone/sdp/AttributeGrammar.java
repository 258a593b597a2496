package dev.turnstone.sdp;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The grammar of the attributes that this module gives a type. All others pass as they are.
 *
 * <p>RFC 9429 section 5.8: a description of which a line is not well formed is refused as a whole.
 * So values are checked when they are read, and the accessors need not doubt them.
 */
final class AttributeGrammar {
  private AttributeGrammar() {}

  /**
   * Checks an attribute's value.
   *
   * @throws IllegalArgumentException saying what was expected; without a word of the value
   */
  static void check(SdpAttribute attribute) {
    String value = attribute.value().orElse("");
    switch (attribute.name()) {
      case "group" -> SdpGroup.parse(value);
      case "mid" -> requireToken(value);
      case "setup" -> Setup.parse(value);
      case "fingerprint" -> SdpFingerprint.parse(value);
      case "ice-ufrag" -> requireIceChars(value.strip(), "a user name fragment", 4);
      case "ice-pwd" -> requireIceChars(value.strip(), "a password", 22);
      case "candidate" -> requireSomething(value, "a candidate");
      case "sctp-port" -> sctpPort(value);
      case "max-message-size" -> maxMessageSize(value);
      case "sctp-init" -> sctpInit(value);
      case "sctpmap" -> SctpMap.parse(value);
      default -> {}
    }
  }

  /** RFC 8841 section 5: 0 to 65535; 0 closes the association. */
  static int sctpPort(String value) {
    return Fields.unsignedShort(value, "an SCTP port");
  }

  /**
   * RFC 8841 section 6: bytes; 0 means any size. The grammar knows no upper bound: what a long
   * cannot hold is no limit that anybody can reach.
   */
  static long maxMessageSize(String value) {
    String digits = value.strip();
    if (!Fields.isDigits(digits)) {
      throw new IllegalArgumentException("expected a number of bytes");
    }
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /**
   * draft-hancke-tsvwg-snap section 4: a chunk of SCTP in base64; what is in it is SCTP's to say.
   */
  static byte[] sctpInit(String value) {
    requireSomething(value, "an INIT chunk");
    try {
      return Base64.getDecoder().decode(value.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected an INIT chunk in base64", e);
    }
  }

  /** RFC 8839 section 5.6. */
  static List<String> iceOptions(String value) {
    // Deviation: the grammar separates options by spaces; libdatachannel writes "ice2,trickle".
    return new ArrayList<>(Fields.split(value.replace(',', ' ')));
  }

  /** The old form's {@code a=sctpmap:5000 webrtc-datachannel 1024}, from drafts of RFC 8841. */
  record SctpMap(int port, String application) {
    static SctpMap parse(String value) {
      List<String> fields = Fields.split(value);
      if (fields.size() < 2) {
        throw new IllegalArgumentException("expected an SCTP port and an application");
      }
      return new SctpMap(sctpPort(fields.get(0)), fields.get(1));
    }
  }

  private static void requireToken(String value) {
    if (!Fields.isToken(value.strip())) {
      throw new IllegalArgumentException("expected a token");
    }
  }

  private static void requireSomething(String value, String what) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("expected " + what);
    }
  }

  /** RFC 8839 section 5.4: 4 to 256 and 22 to 256 ice-chars. */
  private static void requireIceChars(String value, String what, int least) {
    boolean good = value.length() >= least && value.length() <= 256;
    for (int i = 0; i < value.length() && good; i++) {
      char c = value.charAt(i);
      // Deviation: the last four are not ice-chars, but peers in the field send them.
      good =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "+/-_=#".indexOf(c) >= 0;
    }
    if (!good) {
      throw new IllegalArgumentException("expected " + what + " of " + least + " to 256 ice-chars");
    }
  }
}
