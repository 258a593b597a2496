/**
 * A simulated network for protocol cores that are driven by packets and a clock: seeded, so that
 * the same seed gives the same run, byte for byte. For tests of ours and of users.
 *
 * <p>Knows: bytes and nanoseconds. Does not know: any protocol. Talks to: an {@link
 * dev.turnstone.testkit.Endpoint} at each side.
 */
package dev.turnstone.testkit;
