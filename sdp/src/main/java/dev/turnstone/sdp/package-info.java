/**
 * Session descriptions (RFC 8866), with the attributes that WebRTC needs.
 *
 * <p>Knows: lines, sections, attributes. Does not know: what a candidate or a fingerprint means.
 * Talks to: nobody.
 */
package dev.turnstone.sdp;
