package dev.turnstone.interop;

/** The ways of coming together, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumConnectTest extends BrowserConnect {}
