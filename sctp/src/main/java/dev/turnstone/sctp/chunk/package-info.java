/**
 * SCTP on the wire: one record per chunk, parameter and cause, and the packet around them.
 *
 * <p>Knows: bytes against lengths, serial numbers. Does not know: state, windows, time. Talks to:
 * nobody.
 */
package dev.turnstone.sctp.chunk;
