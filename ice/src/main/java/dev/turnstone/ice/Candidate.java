package dev.turnstone.ice;

import java.util.Map;
import java.util.Optional;

/**
 * An ICE candidate (RFC 8839 section 5.1). The address stays text: it may be a name (mDNS) that
 * nobody has resolved.
 *
 * @param foundation 1 to 32 ice-chars; equal for candidates that fail together
 * @param component 1 for RTP and data, 2 for RTCP
 * @param transport {@code udp} or {@code tcp}, in lower case
 * @param priority 1 to 2^31 - 1
 * @param address an IP literal or a host name
 * @param port 0 to 65535
 * @param type how it was found
 * @param relatedAddress the base of a reflexive or relayed candidate, if told
 * @param relatedPort the port that goes with it, or 0
 * @param extensions what followed, in order: {@code tcptype}, {@code generation}, {@code ufrag},
 *     {@code network-cost}
 */
public record Candidate(
    String foundation,
    int component,
    String transport,
    long priority,
    String address,
    int port,
    CandidateType type,
    Optional<String> relatedAddress,
    int relatedPort,
    Map<String, String> extensions) {}
