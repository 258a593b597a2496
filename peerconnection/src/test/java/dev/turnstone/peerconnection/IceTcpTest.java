package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data over TCP candidates alone (RFC 6544), on loopback. */
class IceTcpTest {
  private final PeerConnectionFactory factory = new PeerConnectionFactory();
  private final PeerConnectionConfiguration configuration = Peers.loopback().iceTcp(true).build();
  private final PeerConnection offerer = factory.createPeerConnection(configuration);
  private final PeerConnection answerer = factory.createPeerConnection(configuration);
  private final BlockingQueue<DataChannel> channels = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    offerer.close();
    answerer.close();
    factory.close();
  }

  private void negotiate(Predicate<String> ofOfferer, Predicate<String> ofAnswerer)
      throws Exception {
    offerer.setListener(new Peers.Trickle(answerer, ofOfferer, channels));
    answerer.setListener(new Peers.Trickle(offerer, ofAnswerer, channels));
    SessionDescription offer = get(offerer.createOffer());
    get(offerer.setLocalDescription(offer));
    get(answerer.setRemoteDescription(offer));
    SessionDescription answer = get(answerer.createAnswer());
    get(answerer.setLocalDescription(answer));
    get(offerer.setRemoteDescription(answer));
  }

  private static boolean none(String candidate) {
    return candidate.isEmpty();
  }

  private static boolean passive(String candidate) {
    return candidate.isEmpty() || candidate.contains("tcptype passive");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dataGoesOverTcpWhicheverSideConnects(boolean offererConnects) throws Exception {
    DataChannel channel = offerer.createDataChannel("chat");
    Peers.Ear ear = Peers.Ear.of(channel);
    if (offererConnects) {
      negotiate(IceTcpTest::none, IceTcpTest::passive);
    } else {
      negotiate(IceTcpTest::passive, IceTcpTest::none);
    }
    assertEquals(Peers.Event.OPEN, ear.next());
    Peers.Ear other = Peers.Ear.of(take(channels));
    channel.send("over a stream");
    String heard;
    do {
      heard = other.next().toString();
    } while (!heard.equals("over a stream"));
  }

  @Test
  void strangersAtTheListenerAreTurnedAway() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    DataChannel channel = offerer.createDataChannel("chat");
    Peers.Ear ear = Peers.Ear.of(channel);
    negotiate(
        IceTcpTest::none,
        candidate -> {
          if (candidate.contains("tcptype passive")) {
            told.add(candidate);
          }
          return false;
        });
    String[] words = take(told).split(" ");
    InetSocketAddress listener =
        new InetSocketAddress(InetAddress.getByName(words[4]), Integer.parseInt(words[5]));
    List<Socket> idle = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      idle.add(new Socket(listener.getAddress(), listener.getPort()));
    }
    try (Socket nonsense = new Socket(listener.getAddress(), listener.getPort())) {
      nonsense.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".repeat(2000).getBytes());
      assertTrue(isEnded(nonsense), "who sends nonsense is not kept");
    }
    assertTrue(isEnded(idle.get(0)), "of many that say nothing the oldest goes");
    // The peer gets through all the same.
    offerer.addIceCandidate(
        IceCandidate.of(
            "candidate:1 1 tcp 1 " + words[4] + " " + words[5] + " typ host tcptype passive", "0"));
    assertEquals(Peers.Event.OPEN, ear.next());
    for (Socket socket : idle) {
      socket.close();
    }
  }

  private static boolean isEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
