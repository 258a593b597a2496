package dev.turnstone.sdp;

import java.util.List;
import java.util.Locale;

/**
 * A certificate's fingerprint: {@code a=fingerprint} (RFC 8122 section 5). Nothing here knows what
 * the value means.
 *
 * @param algorithm the hash function's name in lower case, such as {@code sha-256}
 * @param value the text that followed it
 */
public record SdpFingerprint(String algorithm, String value) {

  static SdpFingerprint parse(String value) {
    List<String> fields = Fields.split(value);
    if (fields.size() != 2) {
      throw new IllegalArgumentException("expected a hash function's name and a fingerprint");
    }
    return new SdpFingerprint(fields.get(0).toLowerCase(Locale.ROOT), fields.get(1));
  }
}
