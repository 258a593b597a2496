package dev.turnstone.cli.nat;

import dev.turnstone.ice.discovery.NatDiscovery;
import dev.turnstone.ice.discovery.NatReport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a {@link NatDiscovery} over two UDP sockets, on the calling thread. */
public final class NatProbe implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final List<DatagramChannel> channels = new ArrayList<>();
  private final ByteBuffer packet = ByteBuffer.allocate(2048);
  private final long birth = System.nanoTime();
  private final NatDiscovery discovery;

  private NatProbe(InetSocketAddress server, InetAddress from) throws IOException {
    List<InetSocketAddress> locals = new ArrayList<>();
    for (int i = 0; i < NatDiscovery.SOCKETS; i++) {
      DatagramChannel channel = DatagramChannel.open();
      channels.add(channel);
      channel.bind(new InetSocketAddress(from, 0)).configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, i);
      locals.add((InetSocketAddress) channel.getLocalAddress());
    }
    discovery = new NatDiscovery(server, locals, new SecureRandom());
  }

  /**
   * Asks a server. Takes some round trips, and four seconds where silence is an answer; twelve at
   * most.
   *
   * @param server whom to ask
   * @param from the local address to use; a wildcard would hide whether there is a NAT
   * @throws IOException when the local address is none
   */
  public static NatReport ask(InetSocketAddress server, InetAddress from) throws IOException {
    try (NatProbe probe = new NatProbe(server, from)) {
      return probe.run();
    }
  }

  /** What the system would send from, or nothing when it knows no way there. */
  public static Optional<InetAddress> localAddressTowards(InetSocketAddress server) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      return Optional.of(socket.getLocalAddress()).filter(address -> !address.isAnyLocalAddress());
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private long now() {
    return System.nanoTime() - birth;
  }

  private NatReport run() throws IOException {
    discovery.start(now());
    while (discovery.report() == null) {
      send();
      long wait = discovery.nextTimeout() - now();
      // A timeout of 0 would wait forever.
      selector.select(Math.max(1, (wait + 999_999) / 1_000_000));
      selector.selectedKeys().clear();
      receive();
      discovery.handleTimeout(now());
    }
    return discovery.report();
  }

  private void send() {
    for (NatDiscovery.Transmit transmit = discovery.pollTransmit();
        transmit != null;
        transmit = discovery.pollTransmit()) {
      try {
        channels.get(transmit.socket()).send(transmit.packet(), transmit.remote());
      } catch (IOException e) {
        // Where it cannot be sent to it is lost, and tried again; silence is what is told.
        continue;
      }
    }
  }

  private void receive() throws IOException {
    for (int socket = 0; socket < channels.size(); socket++) {
      InetSocketAddress from = (InetSocketAddress) channels.get(socket).receive(packet.clear());
      while (from != null) {
        discovery.handlePacket(socket, from, packet.flip(), now());
        from = (InetSocketAddress) channels.get(socket).receive(packet.clear());
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (DatagramChannel channel : channels) {
      channel.close();
    }
    selector.close();
  }
}
