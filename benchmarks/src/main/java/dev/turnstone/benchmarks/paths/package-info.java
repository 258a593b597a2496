/**
 * What an association makes of a path: goodput, fairness, latency and bursts on a simulated
 * network. The same seed gives the same table, on any machine and under any load.
 *
 * <p>Knows: associations, and paths with a rate, a queue, a delay and loss. Does not know: real
 * time, sockets, DTLS (its bytes are counted, not made). Talks to: {@code sctp} and {@code
 * testkit}.
 */
package dev.turnstone.benchmarks.paths;
