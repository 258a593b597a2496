package dev.turnstone.interop;

/** ICE restarts, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumIceRestartTest extends BrowserIceRestart {}
