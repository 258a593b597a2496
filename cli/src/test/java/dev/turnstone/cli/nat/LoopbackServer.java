package dev.turnstone.cli.nat;

import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.DiscoveryAddresses;
import dev.turnstone.turn.FiveTuple;
import dev.turnstone.turn.ServerOutput;
import dev.turnstone.turn.TurnServer;
import dev.turnstone.turn.TurnServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Our STUN server on loopback sockets, with a thread of its own; no relay ports. */
public final class LoopbackServer implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final Map<InetSocketAddress, DatagramChannel> channels = new HashMap<>();
  private final List<InetSocketAddress> places = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "loopback STUN server");
  private final TurnServer server;

  /**
   * Starts it.
   *
   * @param discovery whether it has two addresses and two ports, else one of each
   */
  public LoopbackServer(boolean discovery) throws IOException {
    InetAddress one = InetAddress.getByName("127.0.0.1");
    bind(new InetSocketAddress(one, 0));
    TurnServerOptions.Builder options = TurnServerOptions.builder();
    if (discovery) {
      InetAddress two = InetAddress.getByName("127.0.0.2");
      bind(new InetSocketAddress(one, 0));
      bind(new InetSocketAddress(two, places.get(0).getPort()));
      bind(new InetSocketAddress(two, places.get(1).getPort()));
      options.discovery(List.of(new DiscoveryAddresses(places.get(0), places.get(3))));
    }
    server = new TurnServer(options.build(), Instant.now(), new SecureRandom());
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether this system has a second loopback address, as Linux has. */
  public static boolean hasTwoAddresses() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
      return true;
    } catch (BindException e) {
      return false;
    }
  }

  public String uri() {
    return "stun:127.0.0.1:" + places.get(0).getPort();
  }

  private void bind(InetSocketAddress local) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(local).configureBlocking(false);
    InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
    channel.register(selector, SelectionKey.OP_READ, bound);
    places.add(bound);
    channels.put(bound, channel);
  }

  private void run() {
    ByteBuffer packet = ByteBuffer.allocate(2048);
    try {
      while (selector.isOpen()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          DatagramChannel channel = (DatagramChannel) key.channel();
          InetSocketAddress from = (InetSocketAddress) channel.receive(packet.clear());
          if (from != null) {
            InetSocketAddress to = (InetSocketAddress) key.attachment();
            server.handlePacket(
                new FiveTuple(ClientTransport.UDP, from, to), packet.flip(), System.nanoTime());
          }
        }
        selector.selectedKeys().clear();
        for (ServerOutput output = server.pollOutput();
            output != null;
            output = server.pollOutput()) {
          ServerOutput.ToClient client = (ServerOutput.ToClient) output;
          channels.get(client.tuple().server()).send(client.packet(), client.tuple().client());
        }
      }
    } catch (ClosedSelectorException e) {
      return; // closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    for (DatagramChannel channel : channels.values()) {
      channel.close();
    }
  }
}
