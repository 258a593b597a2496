package dev.turnstone.interop;

/** {@code turnstone peer --stdio}, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumStdioTest extends BrowserStdio {}
