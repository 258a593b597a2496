package dev.turnstone.sdp;

import java.util.List;

/**
 * Who wrote the description, and which version it is: the {@code o=} line (RFC 8866 section 5.2).
 *
 * @param username a name, or {@code -}
 * @param sessionId decimal digits; text, because peers use all 64 bits and more
 * @param sessionVersion decimal digits; rises with every description of the session
 * @param netType {@code IN}
 * @param addressType {@code IP4} or {@code IP6}
 * @param address an address or a host name; WebRTC gives it no meaning
 */
public record SdpOrigin(
    String username,
    String sessionId,
    String sessionVersion,
    String netType,
    String addressType,
    String address) {

  private static final int MAX_DIGITS = 40;

  static SdpOrigin parse(String value) {
    List<String> fields = Fields.split(value);
    if (fields.size() != 6 || !isNumber(fields.get(1)) || !isNumber(fields.get(2))) {
      throw new IllegalArgumentException(
          "expected a user name, session id, session version (both decimal), network type, address"
              + " type and address");
    }
    return new SdpOrigin(
        fields.get(0), fields.get(1), fields.get(2), fields.get(3), fields.get(4), fields.get(5));
  }

  private static boolean isNumber(String text) {
    return text.length() <= MAX_DIGITS && Fields.isDigits(text);
  }
}
