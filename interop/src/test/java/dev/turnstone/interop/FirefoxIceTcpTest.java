package dev.turnstone.interop;

/** ICE over TCP, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxIceTcpTest extends BrowserIceTcp {}
