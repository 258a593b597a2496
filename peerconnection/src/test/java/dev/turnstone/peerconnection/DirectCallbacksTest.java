package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelState;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callbacks inside the loop's turn, and what they may do there. */
class DirectCallbacksTest {
  private final PeerConnectionConfiguration direct = Peers.loopback().directCallbacks(true).build();
  private final Peers peers = new Peers(PeerConnectionFactory.builder().eventLoops(2), direct);
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    peers.close();
  }

  private class Listener implements DataChannelListener {
    @Override
    public void onOpen() {
      heard.add("open");
    }

    @Override
    public void onText(String text) {
      heard.add(text);
    }

    @Override
    public void onClosed() {
      heard.add("closed");
    }
  }

  private DataChannel connect() throws Exception {
    DataChannel channel = peers.offerer.createDataChannel("x");
    channel.setListener(new Listener());
    peers.negotiate();
    assertEquals("open", Peers.take(heard));
    return channel;
  }

  @Test
  void callbacksRunOnTheLoopOfTheConnection() throws Exception {
    DataChannel channel = connect();
    Peers.take(peers.answererChannels)
        .setListener(
            new DataChannelListener() {
              @Override
              public void onText(String text) {
                heard.add(Thread.currentThread().getName());
              }
            });
    channel.send("who?");
    String name = (String) Peers.take(heard);
    assertTrue(name.startsWith("turnstone-loop"), name);
    String future = Peers.get(peers.offerer.createOffer().thenApply(x -> "done"));
    assertEquals("done", future);
  }

  @Test
  void aCallbackSendsOnItsOwnChannelAndOnThatOfAnotherConnection() throws Exception {
    DataChannel channel = connect();
    DataChannel echo = Peers.take(peers.answererChannels);
    try (Peers others = new Peers(PeerConnectionFactory.builder().eventLoops(1), direct)) {
      DataChannel beside = others.offerer.createDataChannel("beside");
      beside.setListener(new Listener());
      others.negotiate();
      assertEquals("open", Peers.take(heard));
      Peers.take(others.answererChannels)
          .setListener(
              new DataChannelListener() {
                @Override
                public void onText(String text) {
                  heard.add(text);
                }
              });
      echo.setListener(
          new DataChannelListener() {
            @Override
            public void onText(String text) {
              beside.send("beside " + text);
              echo.send("one " + text);
              echo.send("two " + text);
            }
          });
      channel.send("a");
      Set<Object> all = Set.of(Peers.take(heard), Peers.take(heard), Peers.take(heard));
      assertEquals(Set.of("beside a", "one a", "two a"), all);
    }
  }

  @Test
  void aCallbackSetsListenersAndCreatesNegotiatedChannels() throws Exception {
    DataChannel channel = connect();
    DataChannel far = Peers.take(peers.answererChannels);
    DataChannelOptions agreed = DataChannelOptions.builder().negotiated(40).build();
    far.setListener(
        new DataChannelListener() {
          @Override
          public void onText(String text) {
            heard.add("first " + text);
            far.setListener(
                new DataChannelListener() {
                  @Override
                  public void onText(String next) {
                    heard.add("second " + next);
                  }
                });
            DataChannel made = peers.answerer.createDataChannel("agreed", agreed);
            made.setListener(
                new DataChannelListener() {
                  @Override
                  public void onOpen() {
                    made.send("from the new one");
                  }
                });
          }
        });
    DataChannel mine = peers.offerer.createDataChannel("agreed", agreed);
    mine.setListener(new Listener());
    assertEquals("open", Peers.take(heard));
    channel.send("a");
    channel.send("b");
    Set<Object> all = Set.of(Peers.take(heard), Peers.take(heard), Peers.take(heard));
    assertEquals(Set.of("first a", "second b", "from the new one"), all);
  }

  @Test
  void aCallbackClosesItsChannelAndHearsNoMore() throws Exception {
    DataChannel channel = connect();
    DataChannel far = Peers.take(peers.answererChannels);
    far.setListener(
        new Listener() {
          @Override
          public void onText(String text) {
            heard.add(text);
            far.send("last words");
            far.close();
          }
        });
    assertEquals("open", Peers.take(heard));
    channel.send("a");
    channel.send("b");
    assertEquals("a", Peers.take(heard));
    List<Object> rest = List.of(Peers.take(heard), Peers.take(heard), Peers.take(heard));
    assertEquals(1, Collections.frequency(rest, "last words"), rest::toString);
    assertEquals(2, Collections.frequency(rest, "closed"), rest::toString);
    assertEquals(DataChannelState.CLOSED, channel.readyState());
  }

  @Test
  void aCallbackClosesItsConnection() throws Exception {
    DataChannel channel = connect();
    DataChannel far = Peers.take(peers.answererChannels);
    far.setListener(
        new DataChannelListener() {
          @Override
          public void onText(String text) {
            peers.answerer.close();
          }

          @Override
          public void onClosed() {
            heard.add("closed there");
          }
        });
    channel.send("a");
    Set<Object> both = Set.of(Peers.take(heard), Peers.take(heard));
    assertEquals(Set.of("closed there", "closed"), both);
  }

  @Test
  void aCallbackThatThrowsCostsNobodyAnything() throws Exception {
    DataChannel channel = connect();
    Peers.take(peers.answererChannels)
        .setListener(
            new DataChannelListener() {
              @Override
              public void onBinary(ByteBuffer binary) {
                throw new IllegalStateException("thrown by the test's listener");
              }

              @Override
              public void onText(String text) {
                heard.add(text);
              }
            });
    for (int i = 0; i < 20; i++) {
      // More than the window in all: what threw is consumed too.
      channel.send(new byte[200_000]);
    }
    channel.send("after");
    assertEquals("after", Peers.take(heard));
  }

  @Test
  void aCallbackMustNotWaitForRoom() throws Exception {
    DataChannel channel = connect();
    DataChannel far = Peers.take(peers.answererChannels);
    far.setListener(
        new DataChannelListener() {
          @Override
          public void onText(String text) {
            try {
              far.sendAndWait(text);
            } catch (InterruptedException | RuntimeException refused) {
              heard.add(refused);
            }
          }
        });
    channel.send("a");
    assertInstanceOf(InvalidStateException.class, Peers.take(heard));
  }

  @Test
  void aPumpInOnBufferedAmountLowSendsAllOfALongStream() throws Exception {
    DataChannel channel = connect();
    int count = 20_000;
    CountDownLatch arrived = new CountDownLatch(count);
    Peers.take(peers.answererChannels)
        .setListener(
            new DataChannelListener() {
              @Override
              public void onBinary(ByteBuffer binary) {
                arrived.countDown();
              }
            });
    channel.setBufferedAmountLowThreshold(50_000);
    channel.setListener(
        new DataChannelListener() {
          private int left = count - 1;

          @Override
          public void onBufferedAmountLow() {
            while (left > 0 && channel.bufferedAmount() < 100_000) {
              left--;
              channel.send(new byte[100]);
            }
          }
        });
    channel.send(new byte[60_000]);
    assertTrue(
        arrived.await(Peers.PATIENCE_SECONDS, TimeUnit.SECONDS),
        () -> arrived.getCount() + " are missing");
  }
}
