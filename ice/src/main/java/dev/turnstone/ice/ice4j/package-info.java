/**
 * The fence around the ice4j library: its check list and nomination behind {@link
 * dev.turnstone.ice.IceTransport}, on sockets that are not its own.
 *
 * <p>Knows: ice4j, threads (ice4j's, and a few of its own that keep ice4j's locks off the loop).
 * Does not know: what the data is. Talks to: {@code stun}, ice4j.
 *
 * <p>What ice4j does here: forms pairs, paces checks, nominates, answers checks. What it does not:
 * sockets, gathering, consent, deciding that all has failed, and telling genuine STUN from forged.
 * Its threads hand everything to the loop.
 *
 * <p>Licences: ice4j, jitsi-utils, jicoco-config, jitsi-metaconfig, Typesafe config and Kotlin's
 * libraries are under Apache-2.0.
 */
package dev.turnstone.ice.ice4j;
