/**
 * Asks a STUN server what NAT is on the way, and says what that means.
 *
 * <p>Knows: UDP sockets, NAT discovery, plain words. Does not know: picocli, where output goes.
 * Talks to: {@code ice.discovery}.
 */
package dev.turnstone.cli.nat;
