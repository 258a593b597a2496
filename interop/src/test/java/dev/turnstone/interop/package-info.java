/**
 * Turnstone against browsers and other stacks, over real sockets.
 *
 * <p>Knows: the public faces, Playwright, the stdio conversation. Does not know: any core's inside.
 * Talks to: {@code peerconnection}, {@code cli} as a process, {@code testkit}.
 */
package dev.turnstone.interop;
