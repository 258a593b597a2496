package dev.turnstone.interop;

/** Names under {@code .local}, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxMdnsTest extends BrowserMdns {}
