/**
 * Turnstone against browsers and other stacks, over real sockets.
 *
 * <p>Scenarios with a browser are written once, in the abstract {@code Browser*} classes; a test
 * class for each browser names it with {@link dev.turnstone.interop.InBrowser}.
 *
 * <p>Knows: the public faces, Playwright, the stdio conversation. Does not know: any core's inside.
 * Talks to: {@code peerconnection}, {@code cli} as a process, {@code testkit}.
 */
package dev.turnstone.interop;
