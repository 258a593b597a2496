package dev.turnstone.peerconnection;

import dev.turnstone.dtls.Fingerprint;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.sctp.association.SignaledInit;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import dev.turnstone.sdp.Setup;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a remote description says about the transport of the data section.
 *
 * @param mid the section's mid
 * @param index the section's place
 * @param ice the peer's ICE credentials
 * @param fingerprints what its certificate must match
 * @param setup which DTLS role it takes (RFC 8842 section 5.2)
 * @param sctpPort its SCTP port (RFC 8841 section 5)
 * @param maxMessageSize the largest message it takes, in bytes
 * @param sctpInit the beginning of its SCTP (draft-hancke-tsvwg-snap), where it may be told
 */
record RemoteTransport(
    String mid,
    int index,
    IceParameters ice,
    List<Fingerprint> fingerprints,
    Setup setup,
    int sctpPort,
    long maxMessageSize,
    Optional<SignaledInit> sctpInit) {
  /** What every stack writes, and what holds where nothing is written. */
  private static final int USUAL_SCTP_PORT = 5000;

  /**
   * Reads the data section at an index.
   *
   * @param snap whether to read {@code a=sctp-init}; a peer that does not is as if it were not
   *     there
   * @throws InvalidAccessException when something that is needed is missing or malformed; the text
   *     says what
   */
  static RemoteTransport of(Sdp description, int index, boolean snap) {
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
    if (fingerprints.stream().noneMatch(Fingerprint::isStrong)) {
      // RFC 8122 section 5: better refused here than by a handshake that can only fail.
      throw missing(index, "fingerprint with sha-256, sha-384 or sha-512");
    }
    int sctpPort = section.sctpPort().orElse(USUAL_SCTP_PORT);
    if (sctpPort == 0) {
      throw new InvalidAccessException(
          "the description's data section (m-line " + index + ") has a=sctp-port:0");
    }
    return new RemoteTransport(
        DataSection.mid(description, index),
        index,
        ice,
        fingerprints,
        section.setup().orElse(Setup.ACTPASS),
        sctpPort,
        maxMessageSize(section),
        snap ? sctpInit(section, index) : Optional.empty());
  }

  /**
   * RFC 8842 section 5.2, 5.3: an offer says active, passive or actpass; an answer chooses.
   *
   * @throws InvalidAccessException when {@code a=setup} says something else
   */
  void requireRole(boolean inOffer) {
    if (setup == Setup.HOLDCONN || !inOffer && setup == Setup.ACTPASS) {
      throw new InvalidAccessException(
          (inOffer
                  ? "an offer's a=setup must be active, passive or actpass, is "
                  : "an answer's a=setup must be active or passive, is ")
              + setup.text());
    }
  }

  /**
   * Holds a later description against this, with which the transports were started. Its ICE
   * credentials are {@link IceRestarts}' business.
   *
   * @param later its data section, or null when it has none
   * @param ownSetup the DTLS role that we have
   * @throws InvalidAccessException when it asks for another transport
   */
  void requireUnchanged(RemoteTransport later, Setup ownSetup) {
    if (later == null || later.index != index) {
      throw new InvalidAccessException(
          "the description moves or rejects the data section of a connection that runs;"
              + " close() ends it");
    }
    if (!Set.copyOf(later.fingerprints).equals(Set.copyOf(fingerprints))) {
      throw new InvalidAccessException("the description changes the fingerprint of a running DTLS");
    }
    if (later.setup == ownSetup) {
      throw new InvalidAccessException(
          "the description changes the role of a running DTLS: a=setup is " + ownSetup.text());
    }
    if (later.sctpPort != sctpPort) {
      throw new InvalidAccessException("the description changes the port of a running SCTP");
    }
    // draft-hancke-tsvwg-snap section 5.6: the same value again, and none where there was none. One
    // that leaves it out asks for nothing else, so it is let pass.
    if (later.sctpInit.isPresent() && !later.sctpInit.equals(sctpInit)) {
      throw new InvalidAccessException(
          "the description changes a=sctp-init of a running SCTP, or adds it");
    }
  }

  private static long maxMessageSize(SdpMedia section) {
    long told = section.maxMessageSize().orElse(SdpMedia.DEFAULT_MAX_MESSAGE_SIZE);
    // RFC 8841 section 6.1: 0 means that any size is taken.
    return told == 0 ? Long.MAX_VALUE : told;
  }

  /** draft-hancke-tsvwg-snap sections 5.3 and 5.5: what is no INIT is an error. */
  private static Optional<SignaledInit> sctpInit(SdpMedia section, int index) {
    if (!DataSection.mayCarrySctpInit(section)) {
      return Optional.empty();
    }
    try {
      return section.sctpInit().map(bytes -> SignaledInit.parse(ByteBuffer.wrap(bytes)));
    } catch (IllegalArgumentException e) {
      throw new InvalidAccessException(
          "the description's data section (m-line "
              + index
              + ") has an a=sctp-init of no use: "
              + e.getMessage(),
          e);
    }
  }

  private static InvalidAccessException missing(int index, String attribute) {
    return new InvalidAccessException(
        "the description's data section (m-line " + index + ") has no a=" + attribute);
  }
}
