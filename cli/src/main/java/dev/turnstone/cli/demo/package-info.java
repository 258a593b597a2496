/**
 * The demo: two peers in this JVM first, then a page and a peer for each browser that opens it.
 *
 * <p>Knows: HTTP on localhost, the page's four channels. Does not know: options, how data channels
 * work. Talks to: {@code cli.link}, {@code cli.bench}, {@code peerconnection}.
 */
package dev.turnstone.cli.demo;
