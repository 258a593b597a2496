/**
 * What the commands share: where peers come from, two of them connected inside this JVM, and
 * sending with back-pressure.
 *
 * <p>Knows: the peer connection's face. Does not know: commands, JSON, HTTP. Talks to: {@code
 * peerconnection}, {@code datachannel}.
 */
package dev.turnstone.cli.link;
