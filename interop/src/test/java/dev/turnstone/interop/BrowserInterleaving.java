package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannelOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Long messages of several channels at the same time: in I-DATA chunks, each naming its message,
 * where the browser offers them (RFC 8260), else in DATA, one message after the other.
 */
abstract class BrowserInterleaving extends BrowserScenarios {
  private static final long SEED = 20261121;
  private static final int CHANNELS = 6;
  private static final int MESSAGES = 5;
  private static final int LONG = 150_000;

  @Test
  void messagesInterleaveIfTheBrowserOffersIt() {
    boolean offered = BROWSER.kind().interleaving();
    assertEquals(offered, connect(Plan.browserOffers()).jvm().sctp().interleaving());
    assertEquals(offered, connect(Plan.jvmOffers()).jvm().sctp().interleaving());
  }

  @Test
  void longMessagesOfSixChannelsAtTheSameTimeArriveBothWays() {
    Link link = connect(Plan.browserOffers());
    List<JvmChannel> channels = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      link.browser().open("long " + i, Map.of("ordered", i % 2 == 0));
      channels.add(link.jvm().accepted("long " + i));
      link.browser().awaitOpen("long " + i);
    }
    for (int message = 0; message < MESSAGES; message++) {
      for (int i = 0; i < CHANNELS; i++) {
        link.browser().sendPattern("long " + i, seed(i, message), LONG);
        channels.get(i).channel().send(new Pattern(seed(i, message) + 1).next(LONG));
      }
    }
    for (int i = 0; i < CHANNELS; i++) {
      int channel = i;
      // Only the even ones are ordered.
      assertSame(
          longMessages(message -> seed(channel, message)),
          channels.get(i).received(MESSAGES),
          i % 2 == 0);
      assertSame(
          longMessages(message -> seed(channel, message) + 1),
          link.browser().received("long " + i, MESSAGES),
          i % 2 == 0);
    }
  }

  @Test
  void longMessagesThatALossyPathBreaksAreGivenUpOnTwoChannelsAtTheSameTime() throws IOException {
    try (UdpTap tap = new UdpTap()) {
      Link link = connect(through(tap, Plan.jvmOffers()));
      List<JvmChannel> down = new ArrayList<>();
      List<JvmChannel> up = new ArrayList<>();
      for (boolean ordered : List.of(true, false)) {
        DataChannelOptions once =
            DataChannelOptions.builder().ordered(ordered).maxRetransmits(0).build();
        down.add(link.jvm().open("down " + ordered, once).awaitOpen());
        link.browser().open("up " + ordered, Map.of("ordered", ordered, "maxRetransmits", 0));
        up.add(link.jvm().accepted("up " + ordered));
        link.browser().awaitOpen("down " + ordered);
        link.browser().awaitOpen("up " + ordered);
      }

      tap.lose(0.05, SEED);
      for (int i = 0; i < 60; i++) {
        for (int channel = 0; channel < 2; channel++) {
          down.get(channel).channel().send(new Pattern(i).next(10_000));
          link.browser().sendPattern("up " + (channel == 0), i, 10_000);
        }
      }
      // The reliable channel shares the association, whose TSNs move on over what was given up.
      link.chat().channel().send("mark");
      link.browser().send(CHAT, "mark");
      link.browser().received(CHAT, 1);
      link.chat().received(1);
      tap.lose(0, SEED);
      for (int channel = 0; channel < 2; channel++) {
        down.get(channel).channel().send("end");
        link.browser().send("up " + (channel == 0), "end");
      }

      Message end = Message.text("end");
      assertTrue(link.jvm().sctp().messagesAbandoned() > 0, "seed " + SEED);
      assertGaveUp(up.get(0).receivedUntil(end), true);
      assertGaveUp(up.get(1).receivedUntil(end), false);
      assertGaveUp(link.browser().receivedUntil("down true", "end"), true);
      assertGaveUp(link.browser().receivedUntil("down false", "end"), false);
    }
  }

  private static void assertGaveUp(List<Message> received, boolean ordered) {
    List<Message> sent = new ArrayList<>();
    IntStream.range(0, 60).forEach(i -> sent.add(Message.pattern(i, 10_000)));
    sent.add(Message.text("end"));
    assertTrue(received.size() < sent.size(), "nothing was given up, seed " + SEED);
    assertTrue(received.size() > 10, "almost nothing came, seed " + SEED);
    List<Message> expected = new ArrayList<>(sent);
    expected.retainAll(received);
    assertSame(expected, received, ordered);
  }

  private static void assertSame(List<Message> expected, List<Message> actual, boolean ordered) {
    List<Message> compared =
        ordered ? actual : actual.stream().sorted(Comparator.comparing(expected::indexOf)).toList();
    assertEquals(expected, compared, "seed " + SEED);
  }

  private static int seed(int channel, int message) {
    return 100 * channel + 2 * message;
  }

  private static List<Message> longMessages(IntUnaryOperator seeds) {
    return IntStream.range(0, MESSAGES)
        .mapToObj(message -> Message.pattern(seeds.applyAsInt(message), LONG))
        .toList();
  }
}
