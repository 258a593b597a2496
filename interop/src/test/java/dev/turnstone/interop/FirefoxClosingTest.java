package dev.turnstone.interop;

/** Ends, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxClosingTest extends BrowserClosing {}
