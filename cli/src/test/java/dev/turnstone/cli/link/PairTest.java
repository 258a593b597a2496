package dev.turnstone.cli.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.cli.fake.FakeDataChannel;
import dev.turnstone.cli.fake.FakePeers;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PairTest {
  private static final PeerConnectionConfiguration PLAIN =
      PeerConnectionConfiguration.builder().build();

  @Test
  void aPairIsOpenOnBothSides() throws Exception {
    try (FakePeers peers = new FakePeers();
        Pair pair =
            Pair.connect(peers, PLAIN, DataChannelOptions.DEFAULT).get(30, TimeUnit.SECONDS)) {
      assertEquals(DataChannelState.OPEN, pair.near().readyState());
      assertEquals(DataChannelState.OPEN, pair.far().readyState());
    }
  }

  @Test
  void aPairThatFailsSaysWhyAndIsClosed() {
    FakePeers failing = new FakePeers();
    failing.unreachable();
    ExecutionException failed =
        assertThrows(
            ExecutionException.class,
            () ->
                Pair.connect(failing, PLAIN, DataChannelOptions.DEFAULT).get(30, TimeUnit.SECONDS));
    assertEquals("no path", failed.getCause().getMessage());
    assertEquals(2, failing.made().size());
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () ->
                failing
                    .made()
                    .forEach(
                        made -> assertEquals(PeerConnectionState.CLOSED, made.connectionState())),
            failing.loop());
    closed.join();
  }

  @Test
  void aBreakAfterwardsIsHeard() throws Exception {
    FakePeers peers = new FakePeers();
    Pair pair = Pair.connect(peers, PLAIN, DataChannelOptions.DEFAULT).get(30, TimeUnit.SECONDS);
    peers.made().get(1).fail();
    assertEquals("no path", pair.broken().get(30, TimeUnit.SECONDS).getMessage());
  }

  @Test
  void aPumpKeepsWhatIsBufferedUnderTheMarkAndSendsEverything() throws Exception {
    FakeDataChannel channel = FakeDataChannel.openPair("pump");
    AtomicInteger left = new AtomicInteger(500);
    AtomicLong highest = new AtomicLong();
    AtomicInteger arrived = new AtomicInteger();
    CompletableFuture<Void> all = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    channel
        .far()
        .setListener(
            new DataChannelListener() {
              @Override
              public void onBinary(ByteBuffer binary) {
                if (arrived.incrementAndGet() == 500) {
                  all.complete(null);
                }
              }
            });
    Pump pump =
        new Pump(
            channel,
            10_000,
            () -> {
              highest.accumulateAndGet(channel.bufferedAmount(), Math::max);
              return left.getAndDecrement() > 0 ? ByteBuffer.allocate(1000) : null;
            },
            () -> done.complete(null));
    channel.setListener(
        new DataChannelListener() {
          @Override
          public void onBufferedAmountLow() {
            pump.run();
          }
        });
    pump.run();
    all.get(30, TimeUnit.SECONDS);
    done.get(30, TimeUnit.SECONDS);
    assertTrue(highest.get() < 10_000, "highest: " + highest);
  }

  @Test
  void aPumpOnAChannelThatClosedEndsQuietly() {
    FakeDataChannel channel = new FakeDataChannel("not open");
    AtomicInteger asked = new AtomicInteger();
    Pump pump =
        new Pump(
            channel,
            10_000,
            () -> {
              asked.incrementAndGet();
              return ByteBuffer.allocate(1);
            },
            () -> {
              throw new AssertionError("it is not done");
            });
    pump.run();
    pump.run();
    assertEquals(1, asked.get());
  }
}
