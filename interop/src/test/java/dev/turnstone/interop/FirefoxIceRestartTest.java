package dev.turnstone.interop;

/** ICE restarts, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxIceRestartTest extends BrowserIceRestart {}
