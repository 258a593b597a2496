package dev.turnstone.peerconnection;

import dev.turnstone.dtls.Fingerprint;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import dev.turnstone.sdp.Setup;
import java.util.List;

/**
 * What our descriptions say about us.
 *
 * @param sessionId the number that names the session in {@code o=} (RFC 8866 section 5.2)
 * @param ice our ICE credentials
 * @param fingerprint our certificate's
 * @param maxMessageSize the largest message that we take, in bytes
 */
record LocalTransport(
    long sessionId, IceParameters ice, Fingerprint fingerprint, long maxMessageSize) {
  private static final int SCTP_PORT = 5000;

  /**
   * An offer with a data section (RFC 9429 section 5.2.1), or without one when there is nothing to
   * offer.
   */
  Sdp offer(long version, boolean withData, String mid) {
    Sdp.Builder builder = session(version);
    if (!withData) {
      return builder.build();
    }
    return builder
        .attribute("group", "BUNDLE " + mid)
        .attribute("msid-semantic", "WMS")
        .media(
            dataSection("UDP/DTLS/SCTP", List.of("webrtc-datachannel"), mid, Setup.ACTPASS)
                .attribute("sctp-port", Integer.toString(SCTP_PORT))
                .attribute("max-message-size", Long.toString(maxMessageSize))
                .build())
        .build();
  }

  /**
   * An answer (RFC 9429 section 5.3.1): the data section is accepted, every other is rejected with
   * port 0.
   *
   * @param dataIndex the place of the section to accept, or -1 for none
   * @param setup the DTLS role that we take
   */
  Sdp answer(long version, Sdp offer, int dataIndex, Setup setup) {
    Sdp.Builder builder = session(version);
    if (dataIndex >= 0) {
      String mid = offer.media().get(dataIndex).mid().orElse(Integer.toString(dataIndex));
      if (offer.group("BUNDLE").filter(group -> group.mids().contains(mid)).isPresent()) {
        builder.attribute("group", "BUNDLE " + mid);
      }
      builder.attribute("msid-semantic", "WMS");
    }
    for (int i = 0; i < offer.media().size(); i++) {
      SdpMedia offered = offer.media().get(i);
      builder.media(i == dataIndex ? accept(offered, i, setup) : reject(offered));
    }
    return builder.build();
  }

  private SdpMedia accept(SdpMedia offered, int index, Setup setup) {
    String mid = offered.mid().orElse(Integer.toString(index));
    SdpMedia.Builder section = dataSection(offered.protocol(), offered.formats(), mid, setup);
    if (offered.formats().contains("webrtc-datachannel")) {
      section.attribute("sctp-port", Integer.toString(SCTP_PORT));
    } else {
      // The form before RFC 8841: the format is the port, and sctpmap says what runs on it.
      section.attribute("sctpmap", offered.formats().get(0) + " webrtc-datachannel 65535");
    }
    return section.attribute("max-message-size", Long.toString(maxMessageSize)).build();
  }

  /**
   * A section that we do not take: RFC 9429 section 5.3.1 wants port 0 and the formats of the
   * offer.
   */
  private static SdpMedia reject(SdpMedia offered) {
    SdpMedia.Builder section =
        SdpMedia.builder()
            .media(offered.media())
            .port(0)
            .protocol(offered.protocol())
            .formats(offered.formats())
            .connection("IN", "IP4", "0.0.0.0")
            .attribute("inactive");
    offered.mid().ifPresent(mid -> section.attribute("mid", mid));
    return section.build();
  }

  private Sdp.Builder session(long version) {
    return Sdp.builder()
        .origin(sessionId, version)
        .sessionName("-")
        .attribute("extmap-allow-mixed");
  }

  private SdpMedia.Builder dataSection(
      String protocol, List<String> formats, String mid, Setup setup) {
    return SdpMedia.builder()
        .media("application")
        .protocol(protocol)
        .formats(formats)
        .connection("IN", "IP4", "0.0.0.0")
        .attribute("ice-ufrag", ice.usernameFragment())
        .attribute("ice-pwd", ice.password())
        .attribute("ice-options", "trickle")
        .attribute("fingerprint", fingerprint.algorithm() + " " + fingerprint.value())
        .attribute("setup", setup.text())
        .attribute("mid", mid);
  }
}
