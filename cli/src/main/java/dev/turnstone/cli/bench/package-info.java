/**
 * Throughput, round trip and set-up time between peers of this JVM, over loopback sockets.
 *
 * <p>Knows: clocks, CPU time, percentiles. Does not know: options, tables, JSON. Talks to: {@code
 * cli.link}.
 */
package dev.turnstone.cli.bench;
