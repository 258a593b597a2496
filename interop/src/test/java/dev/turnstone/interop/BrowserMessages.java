package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said on a channel between a browser and the JVM arrives as it was said. */
abstract class BrowserMessages extends BrowserScenarios {
  private static final int LARGEST = 262144;

  @Test
  void textOfEveryKindOfCharacterArrivesBothWays() {
    Link link = connect(Plan.browserOffers());
    List<String> texts =
        List.of("plain", "Grüße, Ωμέγα", "日本語", "🐦 beyond 16 bits", "line\nbreak\0zero");
    texts.forEach(text -> link.browser().send(CHAT, text));
    texts.forEach(link.chat().channel()::send);
    List<Message> expected = texts.stream().map(Message::text).toList();
    assertEquals(expected, link.chat().received(texts.size()));
    assertEquals(expected, link.browser().received(CHAT, texts.size()));
  }

  @Test
  void binaryOfManySizesArrivesBothWays() {
    Link link = connect(Plan.jvmOffers());
    List<Integer> sizes =
        List.of(1, 2, 3, 1000, 1171, 1172, 1173, 1200, 16384, 65535, 65536, 65537);
    List<Message> expected = new ArrayList<>();
    for (int size : sizes) {
      link.browser().sendPattern(CHAT, size, size);
      link.chat().channel().send(new Pattern(size).next(size));
      expected.add(Message.pattern(size, size));
    }
    assertEquals(expected, link.chat().received(sizes.size()));
    assertEquals(expected, link.browser().received(CHAT, sizes.size()));
  }

  @Test
  void emptyTextAndEmptyBinaryKeepTheirKindBothWays() {
    Link link = connect(Plan.browserOffers());
    List<Message> expected =
        List.of(Message.text(""), Message.pattern(0, 0), Message.text("after"));
    link.browser().send(CHAT, "");
    link.browser().sendPattern(CHAT, 0, 0);
    link.browser().send(CHAT, "after");
    link.chat().channel().send("");
    link.chat().channel().send(ByteBuffer.allocate(0));
    link.chat().channel().send("after");
    assertEquals(expected, link.chat().received(3));
    assertEquals(expected, link.browser().received(CHAT, 3));
  }

  @Test
  void messagesOf256KibibytesArriveBothWays() {
    Link link = connect(Plan.browserOffers());
    assertEquals(LARGEST, link.browser().maxMessageSize());
    String text = "é".repeat(LARGEST / 2);
    link.browser().sendPattern(CHAT, 1, LARGEST);
    link.browser().send(CHAT, text);
    link.chat().channel().send(new Pattern(2).next(LARGEST));
    link.chat().channel().send(text);
    assertEquals(List.of(Message.pattern(1, LARGEST), Message.text(text)), link.chat().received(2));
    assertEquals(
        List.of(Message.pattern(2, LARGEST), Message.text(text)), link.browser().received(CHAT, 2));
  }

  @Test
  void aMessageLargerThanTheBrowserTakesIsRefusedAndTheChannelGoesOn() {
    // Firefox takes a gibibyte: more than a test should make.
    Link link = connect(Plan.jvmOffers().changingToJvm(sdp -> Sdp.maxMessageSize(sdp, LARGEST)));
    assertThrows(
        IllegalArgumentException.class, () -> link.chat().channel().send(new byte[LARGEST + 1]));
    link.chat().channel().send("still here");
    assertEquals(List.of(Message.text("still here")), link.browser().received(CHAT, 1));
  }

  @Test
  void tenChannelsKeepTheirMessagesApart() {
    Link link = connect(Plan.browserOffers());
    List<JvmChannel> ours = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      link.browser().open("browser " + i);
      ours.add(link.jvm().open("jvm " + i));
    }
    for (int i = 0; i < 5; i++) {
      link.browser().awaitOpen("browser " + i);
      link.browser().awaitOpen("jvm " + i);
      JvmChannel theirs = link.jvm().accepted("browser " + i);
      link.browser().send("browser " + i, "b" + i);
      link.browser().send("jvm " + i, "j" + i);
      theirs.channel().send("B" + i);
      ours.get(i).awaitOpen().channel().send("J" + i);
      assertEquals(List.of(Message.text("b" + i)), theirs.received(1));
      assertEquals(List.of(Message.text("j" + i)), ours.get(i).received(1));
      assertEquals(List.of(Message.text("B" + i)), link.browser().received("browser " + i, 1));
      assertEquals(List.of(Message.text("J" + i)), link.browser().received("jvm " + i, 1));
    }
  }
}
