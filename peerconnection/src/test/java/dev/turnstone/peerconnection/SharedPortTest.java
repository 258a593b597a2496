package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.turnstone.datachannel.DataChannel;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many connections of one factory on one port, each with a peer of its own, on loopback. */
class SharedPortTest {
  private static final int CONNECTIONS = 12;

  private final PeerConnectionFactory server =
      PeerConnectionFactory.builder().eventLoops(2).icePort(0).build();
  private final PeerConnectionFactory clients =
      PeerConnectionFactory.builder().eventLoops(2).build();
  private final Set<String> ports = new TreeSet<>();

  @AfterEach
  void close() {
    server.close();
    clients.close();
  }

  /** One connection, the server offering. */
  private final class Pair {
    final PeerConnection ours;
    final PeerConnection theirs;
    final BlockingQueue<DataChannel> channels = new LinkedBlockingQueue<>();
    final DataChannel channel;
    final Peers.Ear ear;

    Pair(boolean tcp) throws Exception {
      PeerConnectionConfiguration configuration = Peers.loopback().iceTcp(tcp).build();
      ours = server.createPeerConnection(configuration);
      theirs = clients.createPeerConnection(configuration);
      channel = ours.createDataChannel("chat");
      ear = Peers.Ear.of(channel);
      ours.setListener(
          new Peers.Trickle(
              theirs,
              candidate -> {
                if (candidate.isEmpty()) {
                  return true;
                }
                boolean wanted =
                    tcp ? candidate.contains("tcptype passive") : candidate.contains(" udp ");
                if (wanted) {
                  synchronized (ports) {
                    ports.add(candidate.split(" ")[5]);
                  }
                }
                return wanted;
              },
              channels));
      theirs.setListener(new Peers.Trickle(ours, String::isEmpty, channels));
      SessionDescription offer = get(ours.createOffer());
      get(ours.setLocalDescription(offer));
      get(theirs.setRemoteDescription(offer));
      SessionDescription answer = get(theirs.createAnswer());
      get(theirs.setLocalDescription(answer));
      get(ours.setRemoteDescription(answer));
    }

    void exchange(String text) throws Exception {
      DataChannel other = take(channels);
      Peers.Ear heard = Peers.Ear.of(other);
      channel.send(text);
      Object word;
      do {
        word = heard.next();
      } while (word == Peers.Event.OPEN);
      assertEquals(text, word);
      other.send("answer to " + text);
      assertEquals("answer to " + text, ear.next());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionsAreToldApart(boolean tcp) throws Exception {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      pairs.add(new Pair(tcp));
    }
    for (Pair pair : pairs) {
      assertEquals(Peers.Event.OPEN, pair.ear.next());
    }
    for (int i = 0; i < CONNECTIONS; i++) {
      pairs.get(i).exchange("number " + i);
    }
    synchronized (ports) {
      assertEquals(1, ports.size(), "ports used: " + ports);
    }
  }

  @Test
  void whatIsForNobodyIsDroppedAndNobodyIsDisturbed() throws Exception {
    Pair pair = new Pair(false);
    assertEquals(Peers.Event.OPEN, pair.ear.next());
    InetAddress loopback = InetAddress.getLoopbackAddress();
    InetSocketAddress target;
    synchronized (ports) {
      target = new InetSocketAddress(loopback, Integer.parseInt(ports.iterator().next()));
    }
    try (DatagramSocket stranger = new DatagramSocket(0, loopback)) {
      for (int first = 0; first < 256; first++) {
        byte[] bytes = new byte[40];
        bytes[0] = (byte) first;
        stranger.send(new DatagramPacket(bytes, bytes.length, target));
      }
    }
    pair.exchange("still here");
  }

  @Test
  void aConnectionThatClosesLeavesThePortToTheOthers() throws Exception {
    Pair first = new Pair(false);
    Pair second = new Pair(false);
    assertEquals(Peers.Event.OPEN, first.ear.next());
    assertEquals(Peers.Event.OPEN, second.ear.next());
    first.ours.close();
    second.exchange("alone");
    Pair third = new Pair(false);
    assertEquals(Peers.Event.OPEN, third.ear.next());
    third.exchange("later");
    synchronized (ports) {
      assertEquals(1, ports.size(), "ports used: " + ports);
    }
  }
}
