/**
 * Throughput, round trip, set-up time and idle cost between peers of this machine, over loopback
 * sockets.
 *
 * <p>Knows: clocks, CPU time, percentiles, what a message must hold. Does not know: options,
 * tables, JSON, and, behind a {@code Lane}, which stack it measures. Talks to: {@code cli.link}.
 */
package dev.turnstone.cli.bench;
