/**
 * The record layer of DTLS 1.2 (RFC 6347 section 4.1) after the handshake: records are sealed and
 * opened where they lie.
 *
 * <p>Knows: keys, record numbers, nonces, which numbers have come already. Does not know: who
 * agreed on the keys, what the data is, where records go. Talks to: the JDK's ciphers.
 */
package dev.turnstone.dtls.record;
