package dev.turnstone.peerconnection;

import dev.turnstone.dtls.Fingerprint;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import dev.turnstone.sdp.Setup;
import java.util.List;
import java.util.Optional;

/**
 * What our descriptions say about us.
 *
 * @param sessionId the number that names the session in {@code o=} (RFC 8866 section 5.2)
 * @param ice our ICE credentials
 * @param fingerprint our certificate's
 * @param maxMessageSize the largest message that we take, in bytes
 * @param sctpInit the beginning of our SCTP (draft-hancke-tsvwg-snap), where it is to be told
 */
record LocalTransport(
    long sessionId,
    IceParameters ice,
    Fingerprint fingerprint,
    long maxMessageSize,
    Optional<byte[]> sctpInit) {
  private static final int SCTP_PORT = 5000;

  /**
   * An offer (RFC 9429 section 5.2). Sections that were agreed on before keep their places: the
   * data section is offered again, and what was rejected stays so.
   *
   * @param before our description that was agreed on, or null
   * @param withData whether to offer a data section where there was none
   */
  Sdp offer(long version, Sdp before, boolean withData) {
    List<SdpMedia> known = before == null ? List.of() : before.media();
    int index = before == null ? -1 : DataSection.indexIn(before);
    Sdp.Builder builder = session(version);
    String mid = index >= 0 ? DataSection.mid(before, index) : DataSection.freeMid(known, 0);
    if (index >= 0 || withData) {
      builder.attribute("group", "BUNDLE " + mid).attribute("msid-semantic", "WMS");
    }
    for (int i = 0; i < known.size(); i++) {
      builder.media(i == index ? offered(mid) : reject(known.get(i)));
    }
    return index < 0 && withData ? builder.media(offered(mid)).build() : builder.build();
  }

  private SdpMedia offered(String mid) {
    SdpMedia.Builder section =
        dataSection("UDP/DTLS/SCTP", List.of("webrtc-datachannel"), Setup.ACTPASS)
            .attribute("mid", mid)
            .attribute("sctp-port", Integer.toString(SCTP_PORT))
            .attribute("max-message-size", Long.toString(maxMessageSize));
    sctpInit.ifPresent(section::sctpInit);
    return section.build();
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
      Optional<String> mid = offer.media().get(dataIndex).mid();
      if (mid.isPresent()
          && offer.group("BUNDLE").filter(group -> group.mids().contains(mid.get())).isPresent()) {
        builder.attribute("group", "BUNDLE " + mid.get());
      }
      builder.attribute("msid-semantic", "WMS");
    }
    for (int i = 0; i < offer.media().size(); i++) {
      SdpMedia offered = offer.media().get(i);
      builder.media(i == dataIndex ? accept(offered, setup) : reject(offered));
    }
    return builder.build();
  }

  private SdpMedia accept(SdpMedia offered, Setup setup) {
    String port = Integer.toString(SCTP_PORT);
    boolean newForm = offered.formats().contains("webrtc-datachannel");
    SdpMedia.Builder section =
        dataSection(offered.protocol(), List.of(newForm ? "webrtc-datachannel" : port), setup);
    // RFC 9429 section 5.3.1: the offer's a=mid, where it has one.
    offered.mid().ifPresent(mid -> section.attribute("mid", mid));
    if (newForm) {
      section.attribute("sctp-port", port);
    } else {
      // The form before RFC 8841: the format is our own port, and sctpmap says what runs on it.
      section.attribute("sctpmap", port + " webrtc-datachannel 65535");
    }
    section.attribute("max-message-size", Long.toString(maxMessageSize));
    if (DataSection.mayCarrySctpInit(offered)) {
      sctpInit.ifPresent(section::sctpInit);
    }
    return section.build();
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

  private SdpMedia.Builder dataSection(String protocol, List<String> formats, Setup setup) {
    return SdpMedia.builder()
        .media("application")
        .protocol(protocol)
        .formats(formats)
        .connection("IN", "IP4", "0.0.0.0")
        .attribute("ice-ufrag", ice.usernameFragment())
        .attribute("ice-pwd", ice.password())
        .attribute("ice-options", "trickle")
        .attribute("fingerprint", fingerprint.algorithm() + " " + fingerprint.value())
        .attribute("setup", setup.text());
  }
}
