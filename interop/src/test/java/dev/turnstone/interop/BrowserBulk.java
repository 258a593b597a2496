package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * Much data in one direction. The sender holds at most about a mebibyte in its channel's buffer;
 * every byte counts in the receiver's length and CRC-32.
 */
abstract class BrowserBulk extends BrowserScenarios {
  private static final int TOTAL = 200_000_000;
  private static final int STEP = TOTAL / 20;
  private static final int MESSAGE = 65536;

  @Test
  void twoHundredMegabytesArriveWholeFromTheBrowser() {
    Link link = connect(Plan.browserOffers());
    link.browser().beginBulk(CHAT, 3, TOTAL, MESSAGE);
    // Step by step, so that patience is measured out for each of them.
    for (int bytes = STEP; bytes < TOTAL; bytes += STEP) {
      link.chat().receivedBytes(bytes);
    }
    assertEquals(Message.pattern(3, TOTAL), link.chat().receivedBytes(TOTAL));
  }

  @Test
  void twoHundredMegabytesArriveWholeFromTheJvm() {
    Link link = connect(Plan.browserOffers());
    link.chat().sendBulk(4, TOTAL, MESSAGE);
    assertEquals(Message.pattern(4, TOTAL), link.browser().receivedBytes(CHAT, TOTAL));
  }
}
