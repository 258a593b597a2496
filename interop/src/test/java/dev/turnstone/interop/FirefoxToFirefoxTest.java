package dev.turnstone.interop;

/** The harness against itself, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxToFirefoxTest extends BrowserToBrowser {}
