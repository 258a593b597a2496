package dev.turnstone.dtls;

/**
 * A certificate fingerprint as {@code a=fingerprint} carries it (RFC 8122 section 5).
 *
 * @param algorithm the hash function's name in lower case, such as {@code sha-256}
 * @param value the digest as upper-case hex pairs with colons between
 */
public record Fingerprint(String algorithm, String value) {}
