package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * W3C webrtc-pc section 10.7, word for word, with both sides wanting something at once, again and
 * again.
 */
class PerfectNegotiationTest {
  private final PeerConnectionFactory factory = new PeerConnectionFactory();

  /** All that the two applications do happens here, as in a page; messages between them wait. */
  private final Executor page = page();

  /**
   * One thread that ends when it has nothing to do: connections call back after they are closed.
   */
  private static Executor page() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  @AfterEach
  void close() {
    factory.close();
  }

  /** One side as the standard writes it. */
  private final class Side implements PeerConnectionListener {
    final PeerConnection connection;
    final boolean polite;
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    Side other;
    private boolean makingOffer;
    private boolean ignoreOffer;
    private boolean settingAnswer;

    Side(boolean polite) {
      this.polite = polite;
      connection = factory.createPeerConnection(Peers.loopback().callbackExecutor(page).build());
      connection.setListener(this);
    }

    private void say(Runnable message) {
      page.execute(message);
    }

    @Override
    public void onNegotiationNeeded() {
      makingOffer = true;
      connection
          .setLocalDescription()
          .whenComplete(
              (done, error) -> {
                makingOffer = false;
                if (error == null) {
                  sendLocal();
                } else {
                  errors.add(error);
                }
              });
    }

    private void sendLocal() {
      SessionDescription description = connection.localDescription().orElseThrow();
      say(() -> other.handle(description));
    }

    @Override
    public void onIceCandidate(IceCandidate candidate) {
      say(() -> other.handle(candidate));
    }

    private void handle(SessionDescription description) {
      boolean offer = description.type() == SdpType.OFFER;
      boolean stable = connection.signalingState() == SignalingState.STABLE;
      boolean ready = !makingOffer && (stable || settingAnswer);
      ignoreOffer = !polite && offer && !ready;
      if (ignoreOffer) {
        return;
      }
      settingAnswer = !offer;
      connection
          .setRemoteDescription(description)
          .whenComplete(
              (done, error) -> {
                settingAnswer = false;
                if (error != null) {
                  errors.add(error);
                } else if (offer) {
                  connection
                      .setLocalDescription()
                      .whenComplete(
                          (answered, refused) -> {
                            if (refused == null) {
                              sendLocal();
                            } else {
                              errors.add(refused);
                            }
                          });
                }
              });
    }

    private void handle(IceCandidate candidate) {
      connection
          .addIceCandidate(candidate)
          .whenComplete(
              (done, error) -> {
                if (error != null && !ignoreOffer) {
                  errors.add(error);
                }
              });
    }

    @Override
    public void onDataChannel(DataChannel channel) {
      channel.setListener(
          new DataChannelListener() {
            @Override
            public void onText(String text) {
              heard.add(channel.label() + ": " + text);
            }
          });
    }

    DataChannel channel(String label) {
      DataChannel channel = connection.createDataChannel(label);
      channel.setListener(
          new DataChannelListener() {
            @Override
            public void onOpen() {
              channel.send("hello");
            }
          });
      return channel;
    }
  }

  private Side[] sides() {
    Side polite = new Side(true);
    Side impolite = new Side(false);
    polite.other = impolite;
    impolite.other = polite;
    return new Side[] {polite, impolite};
  }

  @Test
  void bothBeginAtOnce() throws Exception {
    Side[] sides = sides();
    for (Side side : sides) {
      side.channel("first");
    }
    for (Side side : sides) {
      assertEquals("first: hello", Peers.take(side.heard));
      assertEquals(List.of(), List.copyOf(side.errors));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void bothRestartAndOpenChannelsAtRandomAndNothingIsLost(long seed) throws Exception {
    Side[] sides = sides();
    Random random = new Random(seed);
    List<String> expected0 = new ArrayList<>();
    List<String> expected1 = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      for (Side side : sides) {
        if (random.nextInt(3) > 0) {
          side.connection.restartIce();
        }
      }
      int who = random.nextInt(2);
      sides[who].channel("c" + i);
      (who == 0 ? expected1 : expected0).add("c" + i + ": hello");
      if (random.nextInt(4) == 0) {
        // Until all of it has come: the next ones meet a connection at rest.
        await(sides[0], expected0);
        await(sides[1], expected1);
      }
    }
    await(sides[0], expected0);
    await(sides[1], expected1);
    for (Side side : sides) {
      assertEquals(List.of(), List.copyOf(side.errors), "seed " + seed);
      assertEquals(PeerConnectionState.CONNECTED, side.connection.connectionState());
    }
  }

  /** Channels may open in another order than they were made in. */
  private static void await(Side side, List<String> expected) throws Exception {
    while (!expected.isEmpty()) {
      String heard = Peers.take(side.heard);
      assertEquals(true, expected.remove(heard), heard);
    }
  }
}
