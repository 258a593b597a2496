/**
 * A peer that is driven by lines of JSON: {@code turnstone peer --stdio}.
 *
 * <p>Knows: the lines, one connection at a time, echo and probe. Does not know: options, processes,
 * where the lines come from. Talks to: {@code cli.link}, {@code peerconnection}.
 */
package dev.turnstone.cli.stdio;
