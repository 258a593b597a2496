package dev.turnstone.interop;

/** {@code turnstone peer --stdio}, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxStdioTest extends BrowserStdio {}
