package dev.turnstone.datachannel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.ReconfigResult;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.testkit.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClosingTest {
  private static final String OPEN_X = "03 00 0100 00000000 0001 0000 78";

  private static Connection withOpenChannel() {
    Connection c = Connection.of().connect();
    c.a.create("x");
    c.settle();
    c.a.takeLog();
    c.b.takeLog();
    return c;
  }

  @Test
  void theOpenersCloseClosesBothSides() {
    Connection c = Connection.of().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    c.a.close(channel);
    c.a.close(channel);
    assertEquals(DataChannelState.CLOSING, channel.state());
    assertEquals(DataChannelSendResult.NOT_OPEN, c.a.send(channel, "too late"));
    c.settle();
    c.a.close(channel);
    assertEquals(List.of("x Opened", "x Closing", "x Closed"), c.a.log);
    assertEquals(List.of("remote x", "x Opened", "x Closing", "x Closed"), c.b.log);
    assertEquals(DataChannelState.CLOSED, c.b.remote.get(0).state());
  }

  @Test
  void theOtherSidesCloseClosesBothSides() {
    Connection c = withOpenChannel();
    c.b.close(c.b.remote.get(0));
    c.settle();
    assertEquals(List.of("x Closing", "x Closed"), c.a.log);
    assertEquals(List.of("x Closing", "x Closed"), c.b.log);
  }

  @Test
  void bothSidesMayCloseAtTheSameTime() {
    Connection c = Connection.of().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    c.a.close(channel);
    c.b.close(c.b.remote.get(0));
    c.settle();
    assertEquals(List.of("x Opened", "x Closing", "x Closed"), c.a.log);
    assertEquals(List.of("remote x", "x Opened", "x Closing", "x Closed"), c.b.log);
    assertEquals(OptionalInt.of(0), c.a.create("y").id());
  }

  @Test
  void whatWasBufferedIsSentBeforeTheClose() {
    Connection c = Connection.of().connect();
    ChannelHandle channel = c.a.create("x");
    for (int i = 0; i < 20; i++) {
      c.a.send(channel, new byte[50_000]);
    }
    c.a.close(channel);
    c.until(() -> c.b.log.contains("x Closed") && c.a.log.contains("x Closed"));
    assertEquals(20, c.b.payloads.size());
    assertEquals(24, c.b.log.size());
    assertEquals(0, c.a.channels.bufferedAmount(channel));
  }

  @Test
  void aChannelThatNobodyWasToldOfClosesAtOnce() {
    Connection c = Connection.of();
    ChannelHandle channel = c.a.create("x");
    c.a.close(channel);
    assertEquals(DataChannelState.CLOSED, channel.state());
    assertEquals(OptionalInt.of(0), c.a.create("y").id());
    c.connect();
    assertEquals(List.of("x Closed", "y Opened"), c.a.log);
    assertEquals(List.of("remote y", "y Opened"), c.b.log);
  }

  @Test
  void aChannelMayCloseBeforeTheAck() {
    Connection c = Connection.of().connect();
    ChannelHandle channel = c.a.create("x");
    c.a.send(channel, "hi");
    c.a.close(channel);
    c.settle();
    assertEquals(List.of("x Closing", "x Closed"), c.a.log);
    assertEquals(List.of("remote x", "x Opened", "x text hi", "x Closing", "x Closed"), c.b.log);
  }

  @Test
  void messagesForAChannelThatWeCloseAreDropped() {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(1, Ppid.DCEP, OPEN_X);
    c.settle();
    c.a.close(c.a.remote.get(0));
    c.settle();
    c.b.sendRaw(1, Ppid.STRING, "6869");
    c.b.sendRaw(1, Ppid.DCEP, "02");
    c.settle();
    assertEquals(List.of("remote x", "x Opened", "x Closing"), c.a.takeLog());
    assertEquals(1, c.a.channels.counters().messagesAfterClose());
    c.b.sctp.resetStreams(List.of(1), c.b.now);
    c.settle();
    assertEquals(List.of("x Closed"), c.a.log);
  }

  @Test
  void anIdIsFreeOnlyAfterBothSidesHaveResetIt() {
    Connection c = Connection.toRawPeer().connect();
    ChannelHandle first = c.a.create("x");
    c.b.sendRaw(0, Ppid.DCEP, "02");
    c.settle();
    c.a.close(first);
    c.settle();
    assertEquals(OptionalInt.of(2), c.a.create("y").id());
    c.b.sctp.resetStreams(List.of(0), c.b.now);
    c.settle();
    assertEquals(OptionalInt.of(0), c.a.create("z").id());
  }

  @Test
  void aReusedIdStartsAfresh() {
    Connection c = Connection.of().connect();
    for (int round = 0; round < 20; round++) {
      ChannelHandle channel = c.a.create("r" + round);
      assertEquals(OptionalInt.of(0), channel.id());
      c.a.send(channel, "m");
      c.settle();
      assertEquals(
          List.of("remote r" + round, "r" + round + " Opened", "r" + round + " text m"),
          c.b.takeLog());
      c.b.send(c.b.remote.get(round), "back");
      c.settle();
      (round % 2 == 0 ? c.a : c.b).close(round % 2 == 0 ? channel : c.b.remote.get(round));
      c.settle();
      assertEquals(
          List.of(
              "r" + round + " Opened",
              "r" + round + " text back",
              "r" + round + " Closing",
              "r" + round + " Closed"),
          c.a.takeLog());
      c.b.takeLog();
    }
  }

  @Test
  void whatComesBetweenTheResetsBelongsToTheNextChannel() {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(1, Ppid.DCEP, OPEN_X);
    c.settle();
    // The peer's reset arrives; ours is on its way and its answer is not here yet.
    c.a.channels.handleSctpEvent(new SctpEvent.IncomingStreamsReset(List.of(1)), c.a.now);
    c.b.sendRaw(1, Ppid.DCEP, OPEN_X.replace("78", "79"));
    c.b.sendRaw(1, Ppid.STRING, "6869");
    c.b.sctp.resetStreams(List.of(1), c.b.now);
    c.settle();
    assertEquals(
        List.of(
            "remote x",
            "x Opened",
            "x Closing",
            "x Closed",
            "remote y",
            "y Opened",
            "y text hi",
            "y Closing",
            "y Closed"),
        c.a.log);
  }

  @Test
  void aPeerThatCannotResetStreamsLosesTheIdAndNotTheClose() {
    Connection c = Connection.toRawPeer().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    c.a.close(channel);
    c.a.channels.handleSctpEvent(
        new SctpEvent.OutgoingStreamsReset(List.of(0), ReconfigResult.DENIED), c.a.now);
    c.a.drainEvents();
    assertEquals(List.of("x Closing", "x Closed"), c.a.log);
    assertEquals(OptionalInt.of(2), c.a.create("y").id());
  }

  @Test
  void aShutdownClosesEveryChannelInPeace() {
    Connection c = withOpenChannel();
    c.a.sctp.shutdown(c.a.now);
    c.settle();
    assertEquals(List.of("x Closed"), c.a.log);
    assertEquals(List.of("x Closed"), c.b.log);
  }

  @Test
  void anAbortFailsTheOtherSidesChannels() {
    Connection c = withOpenChannel();
    c.a.sctp.abort("enough", c.a.now);
    c.settle();
    assertEquals(List.of("x Closed"), c.a.log);
    assertEquals(List.of("x failed ABORTED_BY_PEER", "x Closed"), c.b.log);
    assertEquals(
        DataChannelSendResult.NOT_OPEN, c.b.send(c.b.remote.get(0), "nobody is listening"));
  }

  @ParameterizedTest
  @EnumSource(
      value = SctpEvent.CloseReason.class,
      names = {"CONNECT_TIMEOUT", "PEER_UNREACHABLE", "PROTOCOL_VIOLATION"})
  void aFailedAssociationFailsItsChannels(SctpEvent.CloseReason reason) {
    Connection c = withOpenChannel();
    ChannelHandle waiting = c.b.create("w");
    c.b.channels.handleSctpEvent(new SctpEvent.Closed(reason, "test"), c.b.now);
    c.b.drainEvents();
    assertEquals(
        List.of(
            "x failed ASSOCIATION_FAILED", "x Closed", "w failed ASSOCIATION_FAILED", "w Closed"),
        c.b.log);
    assertEquals(DataChannelState.CLOSED, waiting.state());
  }

  @Test
  void aRestartOfThePeerFailsTheChannelsAndNewOnesWork() {
    Connection c = withOpenChannel();
    c.a.channels.handleSctpEvent(new SctpEvent.PeerRestarted(), c.a.now);
    c.b.channels.handleSctpEvent(new SctpEvent.PeerRestarted(), c.b.now);
    c.a.create("y");
    c.settle();
    assertEquals(List.of("x failed PEER_RESTARTED", "x Closed", "y Opened"), c.a.log);
    assertEquals(List.of("x failed PEER_RESTARTED", "x Closed", "remote y", "y Opened"), c.b.log);
  }

  /** Ids are used again as fast as they come free, under loss, by both sides. */
  @Test
  void manyOpensAndClosesThroughLossMixNothingUp() {
    Seeds.runEach(
        100,
        3,
        seed -> {
          Connection c =
              Connection.of(
                      seed,
                      Connection.LINK.withLoss(0.05).withReordering(0.05, Duration.ofMillis(15)),
                      SctpOptions.defaults())
                  .connect();
          Random random = new Random(seed);
          int rounds = 60;
          for (int round = 0; round < rounds; round++) {
            Peer opener = random.nextBoolean() ? c.a : c.b;
            ChannelHandle channel = opener.create("c" + round);
            for (int i = 0; i < 3; i++) {
              opener.send(channel, round + "/" + i);
            }
            c.network.runFor(Duration.ofMillis(random.nextInt(60)));
            opener.close(channel);
            if (random.nextInt(3) == 0) {
              c.network.runFor(Duration.ofMillis(random.nextInt(200)));
            }
          }
          c.until(
              () ->
                  c.a.log.stream().filter(line -> line.endsWith(" Closed")).count() == rounds
                      && c.b.log.stream().filter(line -> line.endsWith(" Closed")).count()
                          == rounds);
          for (int round = 0; round < rounds; round++) {
            String name = "c" + round;
            Peer accepter = c.a.log.contains("remote " + name) ? c.a : c.b;
            assertEquals(
                List.of(
                    "remote " + name,
                    name + " Opened",
                    name + " text " + round + "/0",
                    name + " text " + round + "/1",
                    name + " text " + round + "/2",
                    name + " Closing",
                    name + " Closed"),
                accepter.log.stream()
                    .filter(line -> line.equals("remote " + name) || line.startsWith(name + " "))
                    .toList());
          }
          assertEquals(new DataChannelCounters(0, 0, 0, 0), c.a.channels.counters());
          assertEquals(new DataChannelCounters(0, 0, 0, 0), c.b.channels.counters());
          assertEquals(OptionalInt.of(0), c.a.create("last").id());
          assertEquals(OptionalInt.of(1), c.b.create("last").id());
        });
  }

  /** A peer that says anything on any stream: nothing is thrown, and honest channels live. */
  @Test
  void aHostilePeerHarmsItsOwnChannelsOnly() {
    long[] ppids = {50, 50, 50, 51, 52, 53, 54, 56, 57, 0, 99, 0xffffffffL};
    String[] words = {"02", "03", OPEN_X, "030001000000000000020000" + "78", "09", "00", "6869"};
    AtomicInteger accepted = new AtomicInteger();
    Seeds.runEach(
        1,
        20,
        seed -> {
          Connection c = Connection.toRawPeer(SctpOptions.defaults(), 12).connect();
          ChannelHandle honest =
              c.a.create("honest", DataChannelOptions.builder().negotiated(100).build());
          Random random = new Random(seed);
          for (int i = 0; i < 300; i++) {
            int stream = random.nextInt(20);
            switch (random.nextInt(12)) {
              case 0 -> c.b.sctp.resetStreams(List.of(stream), c.b.now);
              case 1 -> c.network.runFor(Duration.ofMillis(random.nextInt(40)));
              case 2 ->
                  c.a.remote.stream().skip(random.nextInt(5)).findFirst().ifPresent(c.a::close);
              case 3 -> createIfPossible(c.a);
              default ->
                  c.b.sendRaw(
                      stream,
                      ppids[random.nextInt(ppids.length)],
                      words[random.nextInt(words.length)]);
            }
          }
          c.b.sendRaw(100, Ppid.STRING, "6869");
          c.until(() -> c.a.log.contains("honest text hi"));
          assertEquals(DataChannelState.OPEN, honest.state());
          accepted.addAndGet(c.a.remote.size());
        });
    assertTrue(accepted.get() > 0, "the run was not worth its name");
  }

  private static void createIfPossible(Peer peer) {
    try {
      peer.create("own");
    } catch (DataChannelException refused) {
      assertEquals(DataChannelException.Reason.NO_ID_LEFT, refused.reason());
    }
  }
}
