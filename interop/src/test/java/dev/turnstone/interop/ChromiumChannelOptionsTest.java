package dev.turnstone.interop;

/** How a channel was made, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumChannelOptionsTest extends BrowserChannelOptions {}
