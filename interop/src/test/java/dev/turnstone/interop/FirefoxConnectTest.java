package dev.turnstone.interop;

/** The ways of coming together, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxConnectTest extends BrowserConnect {}
