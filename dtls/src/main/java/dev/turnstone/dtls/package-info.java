/**
 * DTLS (RFC 6347) as WebRTC uses it (RFC 8827): self-signed identities, checked by the fingerprint
 * that signaling carried.
 *
 * <p>Knows: records, certificates, fingerprints. Does not know: ICE, SCTP, SDP, sockets. Talks to:
 * the engine behind {@link dev.turnstone.dtls.DtlsEngine}.
 */
package dev.turnstone.dtls;
