package dev.turnstone.interop;

/** Much data, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxBulkTest extends BrowserBulk {}
