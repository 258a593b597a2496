package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannelOptions;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages that wait for room, on a loop that runs when the test says so. */
class WaitingSendsTest {
  private static final int BUFFER = 2000;

  private final Queue<Task> posted = new ArrayDeque<>();
  private final List<String> sent = new ArrayList<>();
  private final SendAdmission admission =
      new SendAdmission(BUFFER, BUFFER, BufferBudget.unlimited());
  private final WaitingSends waiting = new WaitingSends(admission, Task::run);
  private boolean onLoop;

  private final LoopDataChannel.Owner owner =
      new LoopDataChannel.Owner() {
        @Override
        public void post(Task task) {
          synchronized (posted) {
            posted.add(task);
          }
        }

        @Override
        public void callBack(Task callback) {
          callback.run();
        }

        @Override
        public long maxMessageSize() {
          return 5000;
        }

        @Override
        public boolean reserve(long bytes) {
          return admission.take(bytes);
        }

        @Override
        public void takeBack(long bytes) {
          admission.takenBack(bytes);
        }

        @Override
        public WaitingSends waitingSends() {
          return waiting;
        }

        @Override
        public boolean isLoopThread() {
          return onLoop;
        }

        @Override
        public void consumed(long bytes) {}

        @Override
        public void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload) {
          admission.handedOver(LoopDataChannel.room(payload.remaining()));
          sent.add(channel.label() + payload.remaining());
        }

        @Override
        public void close(LoopDataChannel channel) {
          sent.add(channel.label() + "closed");
        }

        @Override
        public void release(long bytes) {
          admission.left(bytes);
        }
      };

  private final LoopDataChannel channel = open("a");

  private LoopDataChannel open(String label) {
    LoopDataChannel opened = new LoopDataChannel(owner, label, DataChannelOptions.DEFAULT);
    DataChannels core =
        new DataChannels(new SctpAssociation(SctpOptions.defaults(), new Random(1)), 10);
    opened.bind(core.create(label, DataChannelOptions.DEFAULT, 0));
    opened.opened();
    return opened;
  }

  private void runLoop() {
    synchronized (posted) {
      Task task;
      while ((task = posted.poll()) != null) {
        task.run();
      }
    }
  }

  /** Everything but so many bytes has left. */
  private void leave(int stillThere) {
    runLoop();
    channel.updateBuffered(stillThere);
    waiting.roomLeft();
    runLoop();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS))
        .getCause();
  }

  @Test
  void whereThereIsRoomAMessageIsTakenAtOnce() {
    assertTrue(channel.sendAsync("hello").isDone());
    assertTrue(channel.sendAsync(bytes(100).asReadOnlyBuffer()).isDone());
    assertEquals(105, channel.bufferedAmount());
    runLoop();
    assertEquals(List.of("a5", "a100"), sent);
  }

  @Test
  void messagesWaitInOrderUntilHalfOfTheMarkHasLeft() {
    channel.send(bytes(1500));
    CompletableFuture<Void> first = channel.sendAsync(bytes(1000));
    CompletableFuture<Void> second = channel.sendAsync(bytes(10));
    assertFalse(first.isDone());
    assertFalse(second.isDone(), "there is room for it, but one is before it");
    leave(1200);
    assertFalse(first.isDone());
    assertFalse(second.isDone());
    leave(500);
    assertTrue(first.isDone());
    assertTrue(second.isDone());
    assertEquals(List.of("a1500", "a1000", "a10"), sent);
    assertEquals(1510, channel.bufferedAmount());
  }

  @Test
  void aMessageLargerThanTheBufferGoesWhenItIsAlone() {
    channel.send(bytes(1));
    CompletableFuture<Void> large = channel.sendAsync(bytes(BUFFER + 1));
    assertFalse(large.isDone());
    leave(0);
    assertTrue(large.isDone());
  }

  @Test
  void whatIsTooLargeForThePeerIsRefusedAtOnce() {
    assertThrows(MessageTooLargeException.class, () -> channel.sendAsync(bytes(5001)));
    assertThrows(MessageTooLargeException.class, () -> channel.sendAndWait("x".repeat(5001)));
  }

  @Test
  void whenAsMuchWaitsAsTheBufferHoldsTheNextFails() {
    channel.send(bytes(BUFFER));
    List<CompletableFuture<Void>> futures = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      futures.add(channel.sendAsync(""));
    }
    // Each weighs 256 bytes and its one.
    assertEquals(7, futures.stream().filter(future -> !future.isDone()).count());
    assertInstanceOf(OperationException.class, failure(futures.get(7)));
    leave(0);
    futures.subList(0, 7).forEach(CompletableFuture::join);
  }

  @Test
  void aChannelThatClosesFailsWhatWaitsForItAndLetsOthersGoOn() {
    LoopDataChannel other = open("b");
    channel.send(bytes(1900));
    CompletableFuture<Void> refused = channel.sendAsync(bytes(1000));
    CompletableFuture<Void> behind = other.sendAsync(bytes(50));
    channel.close();
    assertInstanceOf(InvalidStateException.class, failure(refused));
    assertTrue(behind.isDone());
    assertInstanceOf(InvalidStateException.class, failure(channel.sendAsync("late")));
    runLoop();
    assertEquals(List.of("a1900", "aclosed", "b50"), sent);
  }

  @Test
  void theEndOfAChannelFailsWhatWaitsForIt() {
    channel.send(bytes(1900));
    CompletableFuture<Void> refused = channel.sendAsync(bytes(1000));
    channel.closed();
    assertInstanceOf(InvalidStateException.class, failure(refused));
  }

  @Test
  void aCancelledMessageIsNotSent() {
    channel.send(bytes(1900));
    CompletableFuture<Void> cancelled = channel.sendAsync(bytes(1000));
    CompletableFuture<Void> next = channel.sendAsync(bytes(7));
    cancelled.cancel(false);
    leave(0);
    next.join();
    assertEquals(List.of("a1900", "a7"), sent);
  }

  @Test
  void whoWaitsGoesOnWhenThereIsRoom() throws Exception {
    channel.send(bytes(1900));
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread waits = sendAndWait(done);
    awaitParked(waits);
    leave(0);
    done.get(60, TimeUnit.SECONDS);
    runLoop();
    assertEquals(List.of("a1900", "a1000"), sent);
  }

  @Test
  void whoIsInterruptedHasNotSent() throws Exception {
    channel.send(bytes(1900));
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread waits = sendAndWait(done);
    awaitParked(waits);
    waits.interrupt();
    assertInstanceOf(InterruptedException.class, failure(done));
    leave(0);
    assertEquals(List.of("a1900"), sent);
    assertEquals(0, admission.waiting());
  }

  @Test
  void whoWaitsHearsThatTheChannelHasClosed() throws Exception {
    channel.send(bytes(1900));
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread waits = sendAndWait(done);
    awaitParked(waits);
    channel.close();
    assertInstanceOf(InvalidStateException.class, failure(done));
  }

  @Test
  void theThreadOfALoopMustNotWait() {
    onLoop = true;
    assertThrows(InvalidStateException.class, () -> channel.sendAndWait("x"));
    assertThrows(InvalidStateException.class, () -> channel.sendAndWait(bytes(1)));
    assertEquals(0, admission.waiting());
  }

  private Thread sendAndWait(CompletableFuture<Void> done) {
    Thread thread =
        new Thread(
            () -> {
              try {
                channel.sendAndWait(bytes(1000));
                done.complete(null);
              } catch (InterruptedException | RuntimeException failed) {
                done.completeExceptionally(failed);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitParked(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
