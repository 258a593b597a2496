package dev.turnstone.dtls;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link DtlsEngine} behaves.
 *
 * @param role who sends the ClientHello
 * @param identity our certificate and key
 * @param remoteFingerprints what the peer's certificate must match: one of those with the strongest
 *     hash function offered (RFC 8122 section 5)
 * @param mtu the largest datagram to produce, in bytes; default 1200, which fits every path that
 *     WebRTC meets
 * @param handshakeTimeout how long the handshake may take before it fails; default 30 s
 * @param retransmitInterval the first wait before a flight is sent again, doubling after (RFC 6347
 *     section 4.2.4.1); default 400 ms
 * @param srtpProfiles the SRTP profiles to offer, best first; empty offers none
 */
public record DtlsOptions(
    DtlsRole role,
    DtlsIdentity identity,
    List<Fingerprint> remoteFingerprints,
    int mtu,
    Duration handshakeTimeout,
    Duration retransmitInterval,
    List<Integer> srtpProfiles) {

  /** Copies the lists and checks the numbers. */
  public DtlsOptions {
    Objects.requireNonNull(role);
    Objects.requireNonNull(identity);
    remoteFingerprints = List.copyOf(remoteFingerprints);
    srtpProfiles = List.copyOf(srtpProfiles);
    if (remoteFingerprints.isEmpty()) {
      throw new IllegalArgumentException(
          "at least one remote fingerprint is needed: without one nobody is authenticated");
    }
    if (mtu < 256 || mtu > 65535) {
      throw new IllegalArgumentException("mtu must be 256 to 65535 bytes, is " + mtu);
    }
    if (handshakeTimeout.toMillis() < 1 || retransmitInterval.toMillis() < 1) {
      throw new IllegalArgumentException("timeouts must be a millisecond or more");
    }
  }

  /**
   * The defaults for a role, an identity and the fingerprints that the peer's description carried.
   */
  public static DtlsOptions of(
      DtlsRole role, DtlsIdentity identity, List<Fingerprint> remoteFingerprints) {
    return new DtlsOptions(
        role,
        identity,
        remoteFingerprints,
        1200,
        Duration.ofSeconds(30),
        Duration.ofMillis(400),
        List.of(7, 8, 1));
  }
}
