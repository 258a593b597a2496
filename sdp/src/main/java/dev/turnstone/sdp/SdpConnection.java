package dev.turnstone.sdp;

import java.util.List;

/**
 * An address to send to: the {@code c=} line (RFC 8866 section 5.7). With ICE it only repeats the
 * default candidate.
 *
 * @param netType {@code IN}
 * @param addressType {@code IP4} or {@code IP6}
 * @param address an address or a host name
 */
public record SdpConnection(String netType, String addressType, String address) {

  static SdpConnection parse(String value) {
    List<String> fields = Fields.split(value);
    if (fields.size() != 3) {
      throw new IllegalArgumentException("expected a network type, an address type and an address");
    }
    return new SdpConnection(fields.get(0), fields.get(1), fields.get(2));
  }
}
