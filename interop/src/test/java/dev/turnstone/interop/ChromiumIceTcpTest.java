package dev.turnstone.interop;

/** ICE over TCP, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumIceTcpTest extends BrowserIceTcp {}
