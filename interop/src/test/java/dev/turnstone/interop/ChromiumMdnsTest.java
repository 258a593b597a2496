package dev.turnstone.interop;

/** Names under {@code .local}, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumMdnsTest extends BrowserMdns {}
