package dev.turnstone.peerconnection;

import dev.turnstone.dtls.Fingerprint;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import dev.turnstone.sdp.Setup;
import java.util.List;

/**
 * What a remote description says about the transport of the data section.
 *
 * @param mid the section's mid
 * @param index the section's place
 * @param ice the peer's ICE credentials
 * @param fingerprints what its certificate must match
 * @param setup which DTLS role it takes (RFC 8842 section 5.2)
 * @param maxMessageSize the largest message it takes, in bytes
 */
record RemoteTransport(
    String mid,
    int index,
    IceParameters ice,
    List<Fingerprint> fingerprints,
    Setup setup,
    long maxMessageSize) {

  /**
   * Reads the data section at an index.
   *
   * @throws InvalidAccessException when something that is needed is missing or malformed; the text
   *     says what
   */
  static RemoteTransport of(Sdp description, int index) {
    SdpMedia section = description.media().get(index);
    String ufrag = section.iceUfrag().orElseThrow(() -> missing(index, "ice-ufrag"));
    String password = section.icePwd().orElseThrow(() -> missing(index, "ice-pwd"));
    IceParameters ice;
    List<Fingerprint> fingerprints;
    try {
      ice = new IceParameters(ufrag, password, description.iceLite());
      fingerprints =
          section.fingerprints().stream()
              .map(each -> new Fingerprint(each.algorithm(), each.value()))
              .toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidAccessException(
          "the description's data section (m-line " + index + "): " + e.getMessage(), e);
    }
    if (fingerprints.isEmpty()) {
      throw missing(index, "fingerprint");
    }
    return new RemoteTransport(
        section.mid().orElse(Integer.toString(index)),
        index,
        ice,
        fingerprints,
        section.setup().orElse(Setup.ACTPASS),
        maxMessageSize(section));
  }

  private static long maxMessageSize(SdpMedia section) {
    long told = section.maxMessageSize().orElse(SdpMedia.DEFAULT_MAX_MESSAGE_SIZE);
    // RFC 8841 section 6.1: 0 means that any size is taken.
    return told == 0 ? Long.MAX_VALUE : told;
  }

  private static InvalidAccessException missing(int index, String attribute) {
    return new InvalidAccessException(
        "the description's data section (m-line " + index + ") has no a=" + attribute);
  }
}
