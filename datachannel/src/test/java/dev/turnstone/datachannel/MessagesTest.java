package dev.turnstone.datachannel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
  private static final String OPEN_X = "03 00 0100 00000000 0001 0000 78";

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void textBinaryAndEmptyMessagesKeepTheirKind() {
    Connection c = Connection.of().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    c.b.takeLog();
    c.a.send(channel, "hello");
    c.a.send(channel, new byte[] {1, 2});
    c.a.send(channel, "");
    c.a.send(channel, new byte[0]);
    c.settle();
    assertEquals(List.of("x text hello", "x binary 0102", "x text ", "x binary "), c.b.takeLog());
    c.b.send(c.b.remote.get(0), "back");
    c.settle();
    assertTrue(c.a.log.contains("x text back"));
  }

  @Test
  void channelsShareThePathByPriority() {
    LinkOptions path = Connection.LINK.withRate(20_000_000, 50_000);
    Connection c = Connection.of(1, path, SctpOptions.defaults()).connect();
    DataChannelPriority[] priorities = DataChannelPriority.values();
    ChannelHandle[] channels = new ChannelHandle[4];
    for (int i = 0; i < 4; i++) {
      channels[i] =
          c.a.create("x" + i, DataChannelOptions.builder().priority(priorities[i]).build());
    }
    c.settle();
    for (int i = 0; i < 4 * 50; i++) {
      assertEquals(DataChannelSendResult.QUEUED, c.a.send(channels[i % 4], bytes(64_000)));
    }
    c.network.runFor(Duration.ofMillis(1500));
    double total = 0;
    for (ChannelHandle channel : channels) {
      total += 3_200_000 - c.a.channels.bufferedAmount(channel);
    }
    for (int i = 0; i < 4; i++) {
      double due = priorities[i].wireValue() / 1920.0;
      long gone = 3_200_000 - c.a.channels.bufferedAmount(channels[i]);
      assertEquals(due, gone / total, due / 10, "priority " + priorities[i]);
    }
  }

  @Test
  void emptyMessagesAreOneZeroByteOnTheWire() {
    Connection c = Connection.toRawPeer().connect();
    ChannelHandle channel = c.a.create("x", DataChannelOptions.builder().negotiated(4).build());
    c.a.send(channel, "");
    c.a.send(channel, new byte[0]);
    c.settle();
    assertEquals(List.of("4 ordered 56 00", "4 ordered 57 00"), c.b.log);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1200, 16384, 65536, 262144, 1 << 20})
  void messagesOfAllSizesArriveWhole(int length) {
    SctpOptions options = SctpOptions.builder().maxReceivedMessageSize(1 << 20).build();
    Connection c = Connection.of(1, Connection.LINK, options).connect();
    ChannelHandle channel = c.a.create("x");
    assertEquals(DataChannelSendResult.QUEUED, c.a.send(channel, bytes(length)));
    c.until(() -> !c.b.payloads.isEmpty());
    byte[] received = new byte[length];
    c.b.payloads.get(0).get(received);
    assertFalse(c.b.payloads.get(0).hasRemaining());
    assertArrayEquals(bytes(length), received);
  }

  @Test
  void nothingLargerThanThePeerTakesIsSent() {
    Connection c = Connection.unstarted(1, Connection.LINK, SctpOptions.defaults());
    c.a.channels.start(true, 1000, 0);
    c.b.channels.start(false, 0, 0);
    ChannelHandle channel = c.a.create("x");
    c.connect();
    assertEquals(DataChannelSendResult.TOO_LARGE, c.a.send(channel, bytes(1001)));
    assertEquals(0, c.a.channels.bufferedAmount(channel));
    assertEquals(DataChannelSendResult.QUEUED, c.a.send(channel, bytes(1000)));
    c.settle();
    assertEquals(List.of("remote x", "x Opened", "x binary 1000 bytes"), c.b.log);
  }

  @Test
  void aFullSendBufferIsSaidAndTheMessageIsNotTaken() {
    SctpOptions small = SctpOptions.builder().sendBuffer(100_000).build();
    Connection c = Connection.of(1, Connection.LINK, small).connect();
    ChannelHandle channel = c.a.create("x");
    int taken = 0;
    ByteBuffer message = ByteBuffer.wrap(bytes(40_000));
    while (c.a.channels.send(channel, true, message.duplicate(), c.a.now)
        == DataChannelSendResult.QUEUED) {
      taken++;
    }
    assertEquals(
        DataChannelSendResult.BUFFER_FULL,
        c.a.channels.send(channel, true, message.duplicate(), c.a.now));
    // A channel created now is announced as soon as there is room.
    c.a.create("late");
    int all = taken;
    c.until(() -> c.b.payloads.size() == all && c.b.remote.size() == 2);
    assertEquals(2, c.b.remote.size());
  }

  @Test
  void theBufferedAmountFallsAndItsLowMarkIsTold() {
    Connection c = Connection.of().connect();
    ChannelHandle channel = c.a.create("x");
    c.settle();
    assertEquals(0, c.a.lows, "the OPEN itself is nobody's data");
    c.a.channels.setBufferedAmountLowThreshold(channel, 10_000);
    c.a.send(channel, bytes(5_000));
    assertEquals(5_000, c.a.channels.bufferedAmount(channel));
    c.settle();
    assertEquals(0, c.a.lows, "it was never above the threshold");
    c.a.send(channel, bytes(200_000));
    c.a.send(channel, bytes(100_000));
    assertEquals(300_000, c.a.channels.bufferedAmount(channel));
    c.until(() -> c.a.lows == 1);
    assertTrue(c.a.channels.bufferedAmount(channel) <= 10_000);
    c.settle();
    assertEquals(0, c.a.channels.bufferedAmount(channel));
    assertEquals(1, c.a.lows);
  }

  @Test
  void aSlowReaderSlowsItsPeer() {
    SctpOptions window =
        SctpOptions.builder()
            .maxReceivedMessageSize(20_000)
            .receiveBuffer(100_000)
            .receiveBufferMax(100_000)
            .build();
    Connection c = Connection.of(1, Connection.LINK, window).connect();
    ChannelHandle channel = c.a.create("x");
    c.b.consumes = false;
    for (int i = 0; i < 50; i++) {
      c.a.send(channel, bytes(10_000));
    }
    c.settle();
    int arrived = c.b.payloads.size();
    assertTrue(arrived >= 5 && arrived <= 15, "arrived " + arrived);
    c.b.consumes = true;
    c.b.channels.consumed(arrived * 10_000L, c.b.now);
    c.until(() -> c.b.payloads.size() == 50);
  }

  @Test
  void emptyMessagesHoldWindowToo() {
    SctpOptions window =
        SctpOptions.builder()
            .maxReceivedMessageSize(2_000)
            .receiveBuffer(20_000)
            .receiveBufferMax(20_000)
            .build();
    Connection c = Connection.of(1, Connection.LINK, window).connect();
    ChannelHandle channel = c.a.create("x");
    c.b.consumes = false;
    for (int i = 0; i < 2_000; i++) {
      c.a.send(channel, "");
    }
    c.settle();
    int arrived = c.b.payloads.size();
    assertTrue(arrived > 0 && arrived < 1_000, "arrived " + arrived);
    c.b.consumes = true;
    c.b.channels.consumed(arrived, c.b.now);
    c.until(() -> c.b.payloads.size() == 2_000);
  }

  @Test
  void whatIsDroppedGivesItsWindowBack() {
    SctpOptions window =
        SctpOptions.builder()
            .maxReceivedMessageSize(20_000)
            .receiveBuffer(50_000)
            .receiveBufferMax(50_000)
            .build();
    Connection c = Connection.toRawPeer(window, 10).connect();
    ChannelHandle channel = c.a.create("x", DataChannelOptions.builder().negotiated(4).build());
    String kilobyte = "00".repeat(1000);
    for (int i = 0; i < 100; i++) {
      c.b.sendRaw(20, Ppid.BINARY, kilobyte);
      c.b.sendRaw(4, 99, kilobyte);
      c.b.sendRaw(4, Ppid.DCEP, "09" + kilobyte);
      c.b.sendRaw(4, Ppid.STRING_EMPTY, kilobyte);
    }
    c.b.sendRaw(4, Ppid.STRING, "6869");
    c.until(() -> c.a.log.contains("x text hi"));
    DataChannelCounters counters = c.a.channels.counters();
    assertEquals(100, counters.messagesWithoutChannel());
    assertEquals(200, counters.malformedMessages());
    assertEquals(DataChannelState.OPEN, channel.state());
  }

  @ParameterizedTest
  @ValueSource(longs = {Ppid.BINARY_PARTIAL, Ppid.STRING_PARTIAL})
  void messagesCutByPpidFailTheChannel(long ppid) {
    Connection c = Connection.toRawPeer().connect();
    c.b.sendRaw(1, Ppid.DCEP, OPEN_X);
    c.b.sendRaw(1, ppid, "61");
    c.b.sendRaw(1, Ppid.STRING, "62");
    c.settle();
    assertEquals(
        List.of("remote x", "x Opened", "x failed PROTOCOL_VIOLATION", "x Closing"), c.a.log);
  }

  @Test
  void orderedReliableMessagesArriveInOrderThroughLoss() {
    Seeds.run(
        5,
        seed -> {
          Connection c =
              Connection.of(seed, Connection.LINK.withLoss(0.05), SctpOptions.defaults()).connect();
          ChannelHandle channel = c.a.create("x");
          for (int i = 0; i < 500; i++) {
            c.a.send(channel, Integer.toString(i));
          }
          c.until(() -> c.b.log.size() == 502);
          for (int i = 0; i < 500; i++) {
            assertEquals("x text " + i, c.b.log.get(2 + i));
          }
        });
  }

  @Test
  void unreliableMessagesMayBeLostAndTheRestArrives() {
    Seeds.run(
        6,
        seed -> {
          Connection c =
              Connection.of(seed, Connection.LINK.withLoss(0.1), SctpOptions.defaults()).connect();
          ChannelHandle channel =
              c.a.create(
                  "x", DataChannelOptions.builder().ordered(false).maxRetransmits(0).build());
          c.until(() -> c.b.remote.size() == 1 && channel.state() == DataChannelState.OPEN);
          for (int i = 0; i < 300; i++) {
            c.a.send(channel, bytes(1000));
            c.network.runFor(Duration.ofMillis(5));
          }
          c.settle().settle();
          int arrived = c.b.payloads.size();
          assertTrue(arrived > 200 && arrived < 300, "arrived " + arrived);
          assertEquals(0, c.a.channels.bufferedAmount(channel));
        });
  }
}
