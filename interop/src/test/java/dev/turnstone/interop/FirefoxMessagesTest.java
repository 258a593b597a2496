package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is said on a channel, with Firefox. */
@InBrowser(BrowserKind.FIREFOX)
class FirefoxMessagesTest extends BrowserMessages {

  @Test
  void aMessageOfTwoMebibytesArrivesFromTheJvm() {
    Link link = connect(Plan.browserOffers());
    int length = 2 << 20;
    link.chat().channel().send(new Pattern(9).next(length));
    assertEquals(Message.pattern(9, length), link.browser().receivedBytes(CHAT, length));
  }
}
