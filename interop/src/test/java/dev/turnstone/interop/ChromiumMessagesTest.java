package dev.turnstone.interop;

/** What is said on a channel, with Chromium. */
@InBrowser(BrowserKind.CHROMIUM)
class ChromiumMessagesTest extends BrowserMessages {}
