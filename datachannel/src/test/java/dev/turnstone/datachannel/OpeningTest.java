package dev.turnstone.datachannel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannelException.Reason;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.testkit.Seeds;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpeningTest {
  /** OPEN, reliable and ordered, normal priority, label "x". */
  private static final String OPEN_X = "03 00 0100 00000000 0001 0000 78";

  private static final String ACK = "02";

  @Test
  void bothSidesOpenAtOnceOnIdsOfTheirOwnParity() {
    Connection c = Connection.of().connect();
    ChannelHandle even = c.a.create("from a");
    ChannelHandle odd = c.b.create("from b");
    c.settle();
    assertEquals(OptionalInt.of(0), even.id());
    assertEquals(OptionalInt.of(1), odd.id());
    assertEquals(Set.of("remote from b", "from b Opened", "from a Opened"), new HashSet<>(c.a.log));
    assertEquals(Set.of("remote from a", "from a Opened", "from b Opened"), new HashSet<>(c.b.log));
    assertEquals(DataChannelState.OPEN, even.state());
    assertEquals(even.id(), c.b.remote.get(0).id());
    assertTrue(c.b.remote.get(0).remote());
  }

  @Test
  void theRemoteChannelIsToldBeforeItIsOpen() {
    Connection c = Connection.of().connect();
    c.a.create("x");
    c.settle();
    assertEquals(List.of("remote x", "x Opened"), c.b.log);
    assertEquals(List.of("x Opened"), c.a.log);
  }

  @Test
  void aChannelHasNoIdBeforeTheRoleIsKnown() {
    Connection c = Connection.unstarted(1, Connection.LINK, SctpOptions.defaults());
    ChannelHandle first = c.a.create("first");
    ChannelHandle negotiated =
        c.a.create("agreed", DataChannelOptions.builder().negotiated(1).build());
    ChannelHandle second = c.a.create("second");
    assertEquals(OptionalInt.empty(), first.id());
    assertEquals(DataChannelState.CONNECTING, first.state());
    assertEquals(DataChannelSendResult.NOT_OPEN, c.a.send(first, "too soon"));
    c.a.channels.start(false, 0, 0);
    assertEquals(OptionalInt.of(3), first.id(), "1 is taken by the negotiated channel");
    assertEquals(OptionalInt.of(1), negotiated.id());
    assertEquals(OptionalInt.of(5), second.id());
    c.b.channels.start(true, 0, 0);
    c.connect();
    assertEquals(List.of("agreed Opened", "first Opened", "second Opened"), sorted(c.a.log));
    assertThrows(IllegalStateException.class, () -> c.a.channels.start(true, 0, 0));
  }

  @Test
  void whatComesBeforeTheStartWaitsForIt() {
    Connection c = Connection.unstarted(1, Connection.LINK, SctpOptions.defaults());
    c.b.channels.start(false, 0, 0);
    c.b.create("early bird");
    c.connect();
    assertEquals(List.of(), c.a.log);
    c.a.channels.start(true, 0, c.a.now);
    c.settle();
    assertEquals(List.of("remote early bird", "early bird Opened"), c.a.log);
    assertEquals(List.of("early bird Opened"), c.b.log);
  }

  @Test
  void aNegotiatedChannelOpensWithoutAWord() {
    Connection c = Connection.toRawPeer();
    ChannelHandle before = c.a.create("x", DataChannelOptions.builder().negotiated(7).build());
    assertEquals(DataChannelState.CONNECTING, before.state());
    c.connect();
    ChannelHandle after = c.a.create("y", DataChannelOptions.builder().negotiated(8).build());
    c.settle();
    assertEquals(List.of("x Opened", "y Opened"), c.a.log);
    assertEquals(DataChannelState.OPEN, after.state());
    assertEquals(List.of(), c.b.log);
  }

  @Test
  void negotiatedChannelsTalkToEachOther() {
    Connection c = Connection.of();
    DataChannelOptions options = DataChannelOptions.builder().negotiated(7).build();
    ChannelHandle atA = c.a.create("x", options);
    ChannelHandle atB = c.b.create("x", options);
    c.connect();
    c.a.send(atA, "to b");
    c.b.send(atB, "to a");
    c.settle();
    assertEquals(List.of("x Opened", "x text to a"), c.a.log);
    assertEquals(List.of("x Opened", "x text to b"), c.b.log);
  }

  @ParameterizedTest
  @CsvSource({
    "true,  ,  ,    VERY_LOW",
    "false, ,  ,    LOW",
    "true,  0, ,    MEDIUM",
    "false, 3, ,    HIGH",
    "true,  ,  0,   LOW",
    "false, ,  500, LOW",
  })
  void theOtherSideLearnsHowTheChannelWasMade(
      boolean ordered, Integer retransmits, Integer life, DataChannelPriority priority) {
    DataChannelOptions.Builder builder =
        DataChannelOptions.builder().ordered(ordered).priority(priority).protocol("caf\u00e9");
    if (retransmits != null) {
      builder.maxRetransmits(retransmits);
    }
    if (life != null) {
      builder.maxPacketLifeTime(life);
    }
    DataChannelOptions options = builder.build();
    Connection c = Connection.of().connect();
    c.a.create("\u6c34", options);
    c.settle();
    ChannelHandle there = c.b.remote.get(0);
    assertEquals("\u6c34", there.label());
    assertEquals("caf\u00e9", there.protocol());
    assertEquals(options.ordered(), there.options().ordered());
    assertEquals(options.maxRetransmits(), there.options().maxRetransmits());
    assertEquals(options.maxPacketLifeTime(), there.options().maxPacketLifeTime());
    assertEquals(priority, there.options().priority());
  }

  @Test
  void anAckOpensTheChannel() {
    Connection c = Connection.toRawPeer().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    assertEquals(List.of("0 ordered 50 " + OPEN_X.replace(" ", "")), c.b.log);
    assertEquals(List.of(), c.a.log);
    assertEquals(DataChannelState.CONNECTING, channel.state());
    c.b.sendRaw(0, Ppid.DCEP, ACK);
    c.settle();
    assertEquals(List.of("x Opened"), c.a.log);
    c.b.sendRaw(0, Ppid.DCEP, ACK);
    c.settle();
    assertEquals(List.of("x Opened"), c.a.log, "a second ACK says nothing new");
  }

  @Test
  void aMessageOpensTheChannelAsTheAckDoes() {
    Connection c = Connection.toRawPeer().connect();
    c.a.create("x");
    c.settle();
    c.b.sendRaw(0, Ppid.STRING, "6869");
    c.settle();
    assertEquals(List.of("x Opened", "x text hi"), c.a.log);
  }

  @Test
  void messagesOfAnUnorderedChannelAreOrderedUntilTheAck() {
    Connection c = Connection.toRawPeer().connect();
    ChannelHandle channel = c.a.create("x", DataChannelOptions.builder().ordered(false).build());
    assertEquals(DataChannelSendResult.QUEUED, c.a.send(channel, "1"));
    c.settle();
    assertEquals(
        List.of("0 ordered 50 038001000000000000010000" + "78", "0 ordered 51 31"), c.b.takeLog());
    c.b.sendRaw(0, Ppid.DCEP, ACK);
    c.settle();
    c.a.send(channel, "2");
    c.settle();
    assertEquals(List.of("0 unordered 51 32"), c.b.takeLog());
  }

  @Test
  void thePeersChannelIsAcknowledgedOnItsStream() {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(11, Ppid.DCEP, OPEN_X);
    c.b.sendRaw(11, Ppid.STRING, "6869");
    c.settle();
    assertEquals(List.of("remote x", "x Opened", "x text hi"), c.a.log);
    assertEquals(List.of("11 ordered 50 02"), c.b.log);
  }

  @ParameterizedTest
  @CsvSource({
    "2,  03 00 0100 00000000 0001 0000 78,   wrong parity",
    "11, 03 00 0100 00000000 0002 0000 78,   too short",
    "11, 03 07 0100 00000000 0001 0000 78,   unknown channel type",
    "11, 03 00 0100 00000000 0001 0000 ff,   not UTF-8",
  })
  void aBadOpenIsRefusedByAReset(int stream, String open, String why) {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(stream, Ppid.DCEP, open);
    c.settle();
    assertEquals(List.of("reset [" + stream + "]"), c.b.log, why);
    assertEquals(List.of(), c.a.log, why);
    DataChannelCounters counters = c.a.channels.counters();
    assertEquals(1, counters.malformedMessages() + counters.channelsRefused());

    // Not free before the peer has reset it too; then it is.
    c.b.sendRaw(stream, Ppid.DCEP, OPEN_X);
    c.settle();
    assertEquals(List.of(), c.a.log);
    c.b.sctp.resetStreams(List.of(stream), c.b.now);
    c.settle();
    c.b.sendRaw(11, Ppid.DCEP, OPEN_X);
    c.settle();
    assertEquals(List.of("remote x", "x Opened"), c.a.log);
  }

  @Test
  void anOpenOnAChannelsStreamClosesThatChannel() {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(11, Ppid.DCEP, OPEN_X);
    c.b.sendRaw(11, Ppid.DCEP, OPEN_X);
    c.settle();
    assertEquals(
        List.of("remote x", "x Opened", "x failed PROTOCOL_VIOLATION", "x Closing"), c.a.takeLog());
    c.b.sctp.resetStreams(List.of(11), c.b.now);
    c.settle();
    assertEquals(List.of("x Closed"), c.a.log);
  }

  @Test
  void aResetInPlaceOfTheAckIsARefusal() {
    Connection c = Connection.toRawPeer().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    c.b.sctp.resetStreams(List.of(0), c.b.now);
    c.settle();
    assertEquals(List.of("x failed REFUSED_BY_PEER", "x Closing", "x Closed"), c.a.log);
    assertEquals(DataChannelState.CLOSED, channel.state());
    assertEquals(OptionalInt.of(0), c.a.create("again").id());
  }

  @Test
  void messagesOfUnknownKindsAreCountedAndNothingElse() {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(11, Ppid.DCEP, OPEN_X);
    c.b.sendRaw(11, Ppid.DCEP, "09");
    c.b.sendRaw(11, 99, "0102");
    c.b.sendRaw(13, Ppid.DCEP, ACK);
    c.settle();
    assertEquals(List.of("remote x", "x Opened"), c.a.log);
    assertEquals(3, c.a.channels.counters().malformedMessages());
  }

  @Test
  void noMoreChannelsThanAllowed() {
    Connection c = Connection.toRawPeer(SctpOptions.defaults(), 3).connect();
    c.a.create("1");
    c.b.sendRaw(1, Ppid.DCEP, OPEN_X);
    c.b.sendRaw(3, Ppid.DCEP, OPEN_X);
    c.b.sendRaw(5, Ppid.DCEP, OPEN_X);
    c.settle();
    assertEquals(2, c.a.remote.size());
    assertTrue(c.b.log.contains("reset [5]"), c.b.log.toString());
    assertEquals(1, c.a.channels.counters().channelsRefused());
    assertRefused(Reason.NO_ID_LEFT, c.a, "4", DataChannelOptions.DEFAULT);
  }

  @Test
  void idsEndWhereThePeersStreamsEnd() {
    SctpOptions few = SctpOptions.builder().outboundStreams(8).inboundStreams(8).build();
    Connection c = Connection.of(1, Connection.LINK, few);
    ChannelHandle tooHigh = c.a.create("high", DataChannelOptions.builder().negotiated(8).build());
    c.connect();
    assertEquals(List.of("high failed NO_STREAM", "high Closed"), c.a.takeLog());
    assertEquals(DataChannelState.CLOSED, tooHigh.state());
    assertRefused(
        Reason.ID_TOO_LARGE, c.a, "x", DataChannelOptions.builder().negotiated(8).build());
    for (int id = 0; id < 8; id += 2) {
      assertEquals(OptionalInt.of(id), c.a.create("x").id());
    }
    assertRefused(Reason.NO_ID_LEFT, c.a, "x", DataChannelOptions.DEFAULT);
    c.settle();
    assertEquals(4, c.b.remote.size());
  }

  @Test
  void theCallersMistakesAreNamed() {
    Connection c = Connection.of().connect();
    DataChannelOptions seven = DataChannelOptions.builder().negotiated(7).build();
    c.a.create("x", seven);
    assertRefused(Reason.ID_IN_USE, c.a, "x", seven);
    assertRefused(Reason.LABEL_TOO_LONG, c.a, "x".repeat(65536), DataChannelOptions.DEFAULT);
    c.a.create("\u00e9".repeat(32767));
    c.a.sctp.abort("test", c.a.now);
    c.settle();
    assertRefused(Reason.CLOSED, c.a, "x", DataChannelOptions.DEFAULT);
  }

  @Test
  void theLayerAboveKeepsWhatItLikesInAChannel() {
    ChannelHandle channel = Connection.of().a.create("secret label");
    Object mine = new Object();
    channel.attach(mine);
    assertSame(mine, channel.attachment());
    assertEquals("ChannelHandle[id=0, state=CONNECTING]", channel.toString());
  }

  @Test
  void aThousandChannelsOpenThroughLoss() {
    Seeds.run(
        11,
        seed -> {
          Connection c =
              Connection.of(seed, Connection.LINK.withLoss(0.05), SctpOptions.defaults()).connect();
          for (int i = 0; i < 1000; i++) {
            c.a.send(c.a.create("a" + i), "m" + i);
            c.b.create("b" + i);
          }
          c.until(() -> c.a.log.size() == 3000 && c.b.log.size() == 4000);
          assertEquals(1000, c.a.remote.size());
          assertEquals(1000, c.b.remote.size());
          for (int i = 0; i < 1000; i++) {
            assertTrue(c.b.log.indexOf("a" + i + " text m" + i) > c.b.log.indexOf("remote a" + i));
          }
        });
  }

  private static void assertRefused(
      Reason reason, Peer peer, String label, DataChannelOptions options) {
    DataChannelException refused =
        assertThrows(DataChannelException.class, () -> peer.create(label, options));
    assertEquals(reason, refused.reason());
  }

  private static List<String> sorted(List<String> log) {
    return log.stream().sorted().toList();
  }
}
