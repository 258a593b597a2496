package dev.turnstone.interop;

/** Liars, noise and loss, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxHostileTest extends BrowserHostile {}
