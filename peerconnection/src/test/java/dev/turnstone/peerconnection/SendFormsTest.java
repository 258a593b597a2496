package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.LendingListener;
import dev.turnstone.peerconnection.Peers.Ear;
import dev.turnstone.peerconnection.Peers.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every form of sending and hearing, between two peers. */
class SendFormsTest {

  private static DataChannel connect(Peers peers, Ear ear) throws Exception {
    DataChannel channel = peers.offerer.createDataChannel("x");
    channel.setListener(ear);
    peers.negotiate();
    assertEquals(Event.OPEN, ear.next());
    return channel;
  }

  @Test
  void everyFormArrivesAndLeavesTheCallersBufferAsItWas() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel channel = connect(peers, new Ear());
      Ear far = Ear.of(Peers.take(peers.answererChannels));
      assertEquals(Event.OPEN, far.next());
      byte[] array = {0, 1, 2, 3, 4, 5};
      ByteBuffer direct = ByteBuffer.allocateDirect(6).put(array).flip().position(2).limit(5);
      ByteBuffer readOnly = ByteBuffer.wrap(array, 1, 3).slice().asReadOnlyBuffer();
      channel.send(array, 2, 3);
      channel.send(direct);
      channel.send(readOnly);
      channel.send(ByteBuffer.wrap(array, 1, 3).slice().position(1));
      array[2] = 99;
      Peers.get(channel.sendAsync(direct));
      channel.sendAndWait(direct);
      Peers.get(channel.sendAsync("grüß"));
      channel.sendAndWait("gott");
      assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), far.next());
      assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), far.next());
      assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), far.next());
      assertEquals(ByteBuffer.wrap(new byte[] {2, 3}), far.next());
      assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), far.next());
      assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), far.next());
      assertEquals("grüß", far.next());
      assertEquals("gott", far.next());
      assertEquals(2, direct.position());
      assertEquals(0, readOnly.position());
      assertThrows(IndexOutOfBoundsException.class, () -> channel.send(array, 4, 3));
    }
  }

  @Test
  void manyThreadsThatWaitForRoomLoseNothingAndKeepTheirOrder() throws Exception {
    try (Peers peers = new Peers(PeerConnectionFactory.builder().sendBufferBytes(20_000))) {
      DataChannel channel = connect(peers, new Ear());
      int threads = 4;
      int each = 1500;
      int[] next = new int[threads];
      List<String> wrong = new ArrayList<>();
      CountDownLatch arrived = new CountDownLatch(threads * each);
      Peers.take(peers.answererChannels)
          .setListener(
              new DataChannelListener() {
                @Override
                public void onBinary(ByteBuffer binary) {
                  int thread = binary.getInt();
                  int number = binary.getInt();
                  if (next[thread]++ != number) {
                    wrong.add(thread + ": " + number);
                  }
                  arrived.countDown();
                }
              });
      BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        Thread sends =
            new Thread(
                () -> {
                  try {
                    for (int i = 0; i < each; i++) {
                      ByteBuffer message = ByteBuffer.allocate(100).putInt(thread).putInt(i).flip();
                      message.limit(100);
                      if (i % 3 == 0) {
                        channel.sendAndWait(message);
                      } else if (i % 3 == 1) {
                        channel.sendAsync(message);
                      } else {
                        channel.sendAsync(message).get(60, TimeUnit.SECONDS);
                      }
                    }
                  } catch (Exception failed) {
                    failures.add(failed);
                  }
                });
        sends.setDaemon(true);
        sends.start();
      }
      assertTrue(
          arrived.await(Peers.PATIENCE_SECONDS, TimeUnit.SECONDS),
          () -> arrived.getCount() + " are missing; failures: " + failures);
      assertEquals(List.of(), wrong);
      assertEquals(List.of(), List.copyOf(failures));
    }
  }

  @Test
  void sendsOfManyThreadsLoseNothingAndKeepTheirOrder() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel channel = connect(peers, new Ear());
      int threads = 4;
      int each = 5000;
      int[] next = new int[threads];
      AtomicInteger wrong = new AtomicInteger();
      CountDownLatch arrived = new CountDownLatch(threads * each);
      Peers.take(peers.answererChannels)
          .setListener(
              new DataChannelListener() {
                @Override
                public void onBinary(ByteBuffer binary) {
                  if (next[binary.getInt()]++ != binary.getInt()) {
                    wrong.incrementAndGet();
                  }
                  arrived.countDown();
                }
              });
      for (int t = 0; t < threads; t++) {
        int thread = t;
        Thread sends =
            new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    channel.send(ByteBuffer.allocate(8).putInt(thread).putInt(i).flip());
                  }
                });
        sends.setDaemon(true);
        sends.start();
      }
      assertTrue(
          arrived.await(Peers.PATIENCE_SECONDS, TimeUnit.SECONDS),
          () -> arrived.getCount() + " are missing");
      assertEquals(0, wrong.get());
      assertTrue(channel.bufferedAmount() >= 0);
    }
  }

  @Test
  void theEndOfAConnectionAnswersEverybodyWhoWaitsForRoom() throws Exception {
    try (Peers peers = new Peers(PeerConnectionFactory.builder().sendBufferBytes(1 << 20))) {
      DataChannel channel = connect(peers, new Ear());
      // Nobody listens there, so the receive window closes and what is sent waits.
      List<CompletableFuture<Void>> futures = new ArrayList<>();
      CompletableFuture<Void> last;
      do {
        last = channel.sendAsync(ByteBuffer.allocate(60_000));
        futures.add(last);
      } while (!last.isCompletedExceptionally());
      assertInstanceOf(
          OperationException.class, assertThrows(CompletionException.class, last::join).getCause());
      BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
      Thread waits =
          new Thread(
              () -> {
                try {
                  channel.sendAndWait("one more");
                  outcome.add("sent");
                } catch (InterruptedException | RuntimeException failed) {
                  outcome.add(failed);
                }
              });
      waits.setDaemon(true);
      waits.start();
      peers.offerer.close();
      for (CompletableFuture<Void> future : futures) {
        assertNotEquals(
            "waits", Peers.get(future.handle((done, error) -> error == null ? "ok" : "failed")));
      }
      Object told = Peers.take(outcome);
      assertTrue(told.equals("sent") || told instanceof RuntimeException, told::toString);
    }
  }

  @Test
  void lentMessagesComeAsBytes() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel channel = connect(peers, new Ear());
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      Peers.take(peers.answererChannels)
          .setListener(
              new LendingListener() {
                @Override
                public void onLent(ByteBuffer message, boolean binary) {
                  heard.add(
                      (binary ? "binary " : "text ") + StandardCharsets.UTF_8.decode(message));
                }
              });
      channel.send("grüß");
      channel.send(new byte[] {'x', 'y'});
      channel.send("");
      assertEquals("text grüß", Peers.take(heard));
      assertEquals("binary xy", Peers.take(heard));
      assertEquals("text ", Peers.take(heard));
    }
  }
}
