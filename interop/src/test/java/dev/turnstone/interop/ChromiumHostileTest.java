package dev.turnstone.interop;

/** Liars, noise and loss, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumHostileTest extends BrowserHostile {}
