/**
 * STUN and TURN messages (RFC 8489, RFC 8445, RFC 8656, RFC 5780): codec, message integrity,
 * fingerprint.
 *
 * <p>Knows: bytes, keys, attributes. Does not know: sockets, transactions, who is asked and why.
 * Talks to: nobody.
 */
package dev.turnstone.stun;
