package dev.turnstone.testkit.internet;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A UDP socket that writes down what it hears. */
final class Probe {
  record Heard(String text, InetSocketAddress from) {}

  final List<Heard> heard = new ArrayList<>();
  final SimulatedUdpSocket socket;

  Probe(SimulatedHost host, String address, int port) throws BindException {
    socket = host.bindUdp(at(address, port), this::hear);
  }

  static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(SimulatedInternet.address(address), port);
  }

  private void hear(ByteBuffer packet, InetSocketAddress from) {
    heard.add(new Heard(StandardCharsets.UTF_8.decode(packet).toString(), from));
  }

  InetSocketAddress address() {
    return socket.localAddress();
  }

  void send(String text, InetSocketAddress to) {
    socket.send(StandardCharsets.UTF_8.encode(text), to);
  }

  /** Where the last datagram seemed to come from. */
  InetSocketAddress lastFrom() {
    return heard.get(heard.size() - 1).from();
  }

  List<String> texts() {
    return heard.stream().map(Heard::text).toList();
  }
}
