package dev.turnstone.interop;

/** Chunks on the wire, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumInterleavingTest extends BrowserInterleaving {}
