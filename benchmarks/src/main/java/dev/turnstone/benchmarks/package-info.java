/**
 * JMH benchmarks of the paths that each packet takes, and of the parsers.
 *
 * <p>Knows: how each module is driven in memory. Does not know: sockets, which are measured by the
 * command line. Talks to: the public face of every module.
 */
package dev.turnstone.benchmarks;
