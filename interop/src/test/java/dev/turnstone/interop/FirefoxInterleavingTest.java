package dev.turnstone.interop;

/** Chunks on the wire, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxInterleavingTest extends BrowserInterleaving {}
