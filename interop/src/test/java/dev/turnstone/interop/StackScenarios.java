package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code turnstone peer --stdio} and the library do with another stack as a process. */
@ExtendWith(InteropReport.class)
abstract class StackScenarios implements InteropReport.WithPeer {
  private final Stack other;
  private final List<StdioProcess> started = new ArrayList<>();

  StackScenarios(Stack other) {
    this.other = other;
  }

  @Override
  public String peer() {
    return other.title();
  }

  @BeforeEach
  void isThere() {
    assumeTrue(other.missing().isEmpty(), () -> other.missing().orElse(""));
  }

  @AfterEach
  void endProcesses() {
    started.forEach(StdioProcess::close);
  }

  StdioProcess start(Stack stack) {
    StdioProcess process =
        new StdioProcess(stack.name().toLowerCase(java.util.Locale.ROOT), stack.command());
    started.add(process);
    return process;
  }

  @Test
  void turnstonePeerOffers() {
    StdioProcess turnstone = start(Stack.TURNSTONE);
    StdioProcess theirs = start(other);
    turnstone.accept(theirs.answer(turnstone.offer()));
    assertTrue(turnstone.probe());
  }

  @Test
  void turnstonePeerAnswers() {
    StdioProcess turnstone = start(Stack.TURNSTONE);
    StdioProcess theirs = start(other);
    theirs.accept(turnstone.answer(theirs.offer()));
    assertTrue(theirs.probe());
  }

  @Test
  void everyKindOfMessageComesBack() {
    try (PeerConnectionFactory factory = new PeerConnectionFactory();
        JvmPeer jvm = new JvmPeer(factory, true)) {
      JvmChannel first = jvm.open("first");
      JvmChannel second =
          jvm.open("second", DataChannelOptions.builder().ordered(false).protocol("p").build());
      jvm.accept(start(other).answer(jvm.offer(true)));
      List<Message> expected =
          List.of(
              Message.text("Grüße 🐦"),
              Message.pattern(1, 1),
              Message.pattern(2, 60_000),
              Message.text("end"));
      for (JvmChannel channel : List.of(first.awaitOpen(), second.awaitOpen())) {
        channel.channel().send("Grüße 🐦");
        channel.channel().send(new Pattern(1).next(1));
        channel.channel().send(new Pattern(2).next(60_000));
        channel.channel().send("end");
      }
      assertEquals(expected, first.received(4));
      assertEquals(4, second.received(4).size());
    }
  }

  @Test
  void emptyMessagesComeBackAsTheKindThatTheyWere() {
    assumeTrue(
        other.cannotSendEmptyMessages().isEmpty(),
        () -> other.cannotSendEmptyMessages().orElse(""));
    try (PeerConnectionFactory factory = new PeerConnectionFactory();
        JvmPeer jvm = new JvmPeer(factory, true)) {
      JvmChannel channel = jvm.open("first");
      jvm.accept(start(other).answer(jvm.offer(true)));
      channel.awaitOpen().channel().send("");
      channel.channel().send(ByteBuffer.allocate(0));
      channel.channel().send("end");
      assertEquals(
          List.of(Message.text(""), Message.pattern(0, 0), Message.text("end")),
          channel.received(3));
    }
  }
}
