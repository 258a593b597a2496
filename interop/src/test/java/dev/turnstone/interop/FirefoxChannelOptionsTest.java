package dev.turnstone.interop;

/** How a channel was made, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxChannelOptionsTest extends BrowserChannelOptions {}
