package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.interop.BrowserKind.Candidates;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code turnstone peer --stdio} and a page. */
abstract class BrowserStdio extends BrowserScenarios {

  @Test
  void turnstonePeerOffers() {
    BrowserPeer browser = BROWSER.peer(Candidates.PLAIN);
    browser.echo();
    try (StdioProcess turnstone = new StdioProcess("turnstone", Stack.TURNSTONE.command())) {
      turnstone.accept(browser.answer(turnstone.offer(), true));
      assertTrue(turnstone.probe());
    }
  }

  @Test
  void turnstonePeerAnswers() {
    BrowserPeer browser = BROWSER.peer(Candidates.PLAIN);
    browser.open(CHAT);
    try (StdioProcess turnstone = new StdioProcess("turnstone", Stack.TURNSTONE.command())) {
      browser.accept(turnstone.answer(browser.offer(true)));
      browser.awaitOpen(CHAT);
      browser.send(CHAT, "hello");
      browser.sendPattern(CHAT, 1, 60_000);
      browser.send(CHAT, "");
      browser.sendPattern(CHAT, 0, 0);
      assertEquals(
          List.of(
              Message.text("hello"),
              Message.pattern(1, 60_000),
              Message.text(""),
              Message.pattern(0, 0)),
          browser.received(CHAT, 4));
    }
  }
}
