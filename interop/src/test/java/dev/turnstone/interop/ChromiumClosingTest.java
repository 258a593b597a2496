package dev.turnstone.interop;

/** Ends, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumClosingTest extends BrowserClosing {}
