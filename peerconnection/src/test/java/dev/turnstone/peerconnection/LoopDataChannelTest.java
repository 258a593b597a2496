package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.datachannel.DataChannels;
import dev.turnstone.peerconnection.net.Task;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The application's channel alone: its loop runs when the test says so. */
class LoopDataChannelTest {
  private final Queue<Runnable> posted = new ArrayDeque<>();
  private final List<String> log = new ArrayList<>();
  private long reserved;
  private long consumed;

  private final WaitingSends waiting =
      new WaitingSends(
          new SendAdmission(2000, 2000, BufferBudget.unlimited()), callback -> callback.run());

  private final LoopDataChannel.Owner owner =
      new LoopDataChannel.Owner() {
        @Override
        public void post(Task task) {
          posted.add(task);
        }

        @Override
        public void callBack(Task callback) {
          callback.run();
        }

        @Override
        public WaitingSends waitingSends() {
          return waiting;
        }

        @Override
        public boolean isLoopThread() {
          return false;
        }

        @Override
        public void takeBack(long bytes) {
          reserved -= bytes;
        }

        @Override
        public long maxMessageSize() {
          return 1000;
        }

        @Override
        public boolean reserve(long bytes) {
          if (reserved + bytes > 2000) {
            return false;
          }
          reserved += bytes;
          return true;
        }

        @Override
        public void release(long bytes) {
          reserved -= bytes;
        }

        @Override
        public void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload) {
          log.add("transmit " + payload.remaining());
        }

        @Override
        public void close(LoopDataChannel channel) {
          log.add("close");
        }

        @Override
        public void consumed(long bytes) {
          consumed += bytes;
        }
      };

  private final LoopDataChannel channel =
      new LoopDataChannel(owner, "x", DataChannelOptions.DEFAULT);

  private LoopDataChannel open() {
    DataChannels core =
        new DataChannels(new SctpAssociation(SctpOptions.defaults(), new Random(1)), 10);
    channel.bind(core.create("x", DataChannelOptions.DEFAULT, 0));
    channel.opened();
    return channel;
  }

  private void runLoop() {
    Runnable task;
    while ((task = posted.poll()) != null) {
      task.run();
    }
  }

  private final DataChannelListener ear =
      new DataChannelListener() {
        @Override
        public void onOpen() {
          log.add("open");
        }

        @Override
        public void onText(String text) {
          log.add("text " + text);
        }

        @Override
        public void onBufferedAmountLow() {
          log.add("low at " + channel.bufferedAmount());
        }

        @Override
        public void onClosed() {
          log.add("closed");
        }
      };

  @Test
  void lowIsToldWhenTheThresholdIsCrossedFromAboveAndOnlyThen() {
    open().setListener(ear);
    log.clear();
    channel.setBufferedAmountLowThreshold(100);
    channel.send("a".repeat(100));
    runLoop();
    channel.updateBuffered(0);
    channel.send("a".repeat(300));
    runLoop();
    channel.updateBuffered(150);
    channel.updateBuffered(100);
    channel.updateBuffered(20);
    channel.updateBuffered(0);
    assertEquals(List.of("transmit 100", "transmit 300", "low at 100"), log);
  }

  @Test
  void aNewThresholdCountsForWhatIsBufferedNow() {
    open().setListener(ear);
    log.clear();
    channel.send("a".repeat(300));
    runLoop();
    // From above to below the buffered amount: already low, and that is nothing to tell.
    channel.setBufferedAmountLowThreshold(500);
    channel.updateBuffered(200);
    channel.setBufferedAmountLowThreshold(100);
    channel.updateBuffered(50);
    assertEquals(List.of("transmit 300", "low at 50"), log);
    assertThrows(IllegalArgumentException.class, () -> channel.setBufferedAmountLowThreshold(-1));
  }

  @Test
  void whatTheCoreSendsOfItsOwnDoesNotCount() {
    open();
    channel.send("a".repeat(100));
    runLoop();
    // The core holds the channel's OPEN too.
    channel.updateBuffered(130);
    assertEquals(100, channel.bufferedAmount());
    assertTrue(channel.updateBuffered(60));
    assertEquals(60, channel.bufferedAmount());
  }

  @Test
  void emptyMessagesFillTheSendBufferAndAreNotBufferedAmount() {
    open();
    for (int i = 0; i < 2000; i++) {
      channel.send("");
    }
    assertEquals(0, channel.bufferedAmount());
    assertThrows(OperationException.class, () -> channel.send(""));
    runLoop();
    assertTrue(channel.updateBuffered(5));
    assertEquals(5, reserved);
    channel.updateBuffered(0);
    assertEquals(0, reserved);
  }

  @Test
  void aChannelThatClosesGivesItsRoomBackAndKeepsItsBufferedAmount() {
    open();
    channel.send("a".repeat(700));
    channel.send("");
    runLoop();
    channel.updateBuffered(600);
    channel.closed();
    assertEquals(0, reserved);
    assertEquals(600, channel.bufferedAmount());
  }

  @Test
  void whatWasSentIsPostedBeforeTheClose() {
    open();
    channel.send("last words");
    channel.close();
    channel.close();
    InvalidStateException late =
        assertThrows(InvalidStateException.class, () -> channel.send("late"));
    assertTrue(late.getMessage().contains("CLOSING"), late.getMessage());
    runLoop();
    assertEquals(List.of("transmit 10", "close"), log);
  }

  @Test
  void messagesWaitForTheListenerAndHoldWindowUntilItHasHeardThem() {
    open();
    channel.received(false, ByteBuffer.wrap(new byte[] {'h', 'i'}));
    channel.received(false, ByteBuffer.allocate(0));
    runLoop();
    assertEquals(0, consumed);
    channel.setListener(ear);
    runLoop();
    assertEquals(List.of("open", "text hi", "text "), log);
    assertEquals(3, consumed);
  }

  @Test
  void aListenerThatThrowsWhileItCatchesUpMissesNothing() {
    open();
    channel.received(false, ByteBuffer.wrap(new byte[] {'1'}));
    channel.received(false, ByteBuffer.wrap(new byte[] {'2'}));
    channel.setListener(
        new DataChannelListener() {
          @Override
          public void onText(String text) {
            log.add(text);
            throw new IllegalStateException("thrown by the test's listener");
          }
        });
    runLoop();
    assertEquals(List.of("1", "2"), log);
    assertEquals(2, consumed);
  }

  @Test
  void afterCloseNoMessageIsHeardAndNoneHoldsWindow() {
    open();
    channel.received(false, ByteBuffer.wrap(new byte[] {'1'}));
    channel.close();
    channel.received(false, ByteBuffer.wrap(new byte[] {'2'}));
    channel.setListener(ear);
    channel.received(false, ByteBuffer.wrap(new byte[] {'3'}));
    channel.closed();
    runLoop();
    assertEquals(3, consumed);
    assertEquals(List.of("closed", "close"), log);
    assertEquals(DataChannelState.CLOSED, channel.readyState());
  }

  @Test
  void lowIsNotKeptForAListenerThatIsNotThere() {
    open();
    for (int i = 0; i < 10; i++) {
      channel.send("a".repeat(100));
      runLoop();
      channel.updateBuffered(0);
    }
    log.clear();
    channel.setListener(ear);
    assertEquals(List.of("open"), log);
  }
}
