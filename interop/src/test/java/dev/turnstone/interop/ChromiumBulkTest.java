package dev.turnstone.interop;

/** Much data, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumBulkTest extends BrowserBulk {}
