/**
 * The words of SCTP: messages, options, events. Builds nothing.
 *
 * <p>Knows: nothing. Does not know: chunks, timers, sockets. Talks to: nobody.
 */
package dev.turnstone.sctp;
