/**
 * Data channels (RFC 8831) and DCEP (RFC 8832): the sans-IO core and the face that applications
 * see.
 *
 * <p>Knows: streams, labels, PPIDs. Does not know: chunks, DTLS, threads. Talks to: {@code sctp}.
 */
package dev.turnstone.datachannel;
