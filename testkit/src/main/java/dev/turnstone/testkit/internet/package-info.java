/**
 * A small simulated internet: hosts with several addresses, UDP sockets and TCP streams, NATs
 * behind NATs and firewalls between them. Seeded, so that the same seed gives the same run.
 *
 * <p>Knows: addresses, ports, bytes, what NATs do to them (RFC 4787). Does not know: any protocol
 * above. Talks to: {@link dev.turnstone.testkit.Simulation} for the clock and the links.
 */
package dev.turnstone.testkit.internet;
