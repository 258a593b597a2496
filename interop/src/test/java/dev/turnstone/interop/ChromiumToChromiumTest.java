package dev.turnstone.interop;

/** The harness against itself, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumToChromiumTest extends BrowserToBrowser {}
