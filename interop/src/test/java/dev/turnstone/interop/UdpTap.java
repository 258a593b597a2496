package dev.turnstone.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * A relay on loopback between a browser and the JVM, as a NAT is: it keeps what passes, loses what
 * it is told to, and can speak to the JVM from an address that the JVM has come to trust. A thread
 * of its own carries the datagrams.
 */
final class UdpTap implements AutoCloseable {

  /**
   * A datagram that passed.
   *
   * @param toJvm the direction
   * @param bytes what it held
   */
  record Datagram(boolean toJvm, byte[] bytes) {
    /** Whether it is DTLS handshake (RFC 7983, RFC 6347): content type 22. */
    boolean isDtlsHandshake() {
      return bytes.length > 25 && bytes[0] == 22;
    }

    /** Whether its first record is part of a ClientHello in the clear: type 1 in epoch 0. */
    boolean isClientHello() {
      return isDtlsHandshake() && bytes[3] == 0 && bytes[4] == 0 && bytes[13] == 1;
    }

    /** The handshake message's offset of the first fragment (RFC 6347 section 4.2.2). */
    int fragmentOffset() {
      return (bytes[19] & 255) << 16 | (bytes[20] & 255) << 8 | bytes[21] & 255;
    }

    /** Whether it is DTLS application data. */
    boolean isApplicationData() {
      return bytes.length > 0 && bytes[0] == 23;
    }
  }

  /** Half a link: the socket that faces one browser address, as the JVM sees it. */
  private record Flow(SocketAddress browser, DatagramChannel back) {}

  private final Selector selector;
  private final DatagramChannel front;
  private final Map<SocketAddress, Flow> flows = new LinkedHashMap<>();
  private final List<Datagram> kept = new ArrayList<>();
  private final CountDownLatch pointed = new CountDownLatch(1);
  private final Thread carrier;
  private Random loss = new Random(0);
  private double lossRate;
  private SocketAddress jvm;
  private Flow lively;

  UdpTap() {
    try {
      selector = Selector.open();
      front = open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    carrier = new Thread(this::carry, "udp-tap");
    carrier.setDaemon(true);
    carrier.start();
  }

  /** Where the browser shall send. */
  int port() {
    return front.socket().getLocalPort();
  }

  /** Says where the JVM is: its port on loopback. */
  synchronized void pointAt(int jvmPort) {
    jvm = new InetSocketAddress(InetAddress.getLoopbackAddress(), jvmPort);
    pointed.countDown();
  }

  /** Loses a share of the application data, both ways, from now on. */
  synchronized void lose(double rate, long seed) {
    lossRate = rate;
    loss = new Random(seed);
  }

  /** What has passed so far. */
  synchronized List<Datagram> datagrams() {
    return List.copyOf(kept);
  }

  /**
   * Sends bytes of a test's own to the JVM, from the address that the JVM takes for the browser.
   */
  synchronized void inject(byte[] bytes) {
    try {
      lively.back.send(ByteBuffer.wrap(bytes), jvm);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    carrier.interrupt();
    front.close();
    for (Flow flow : flows.values()) {
      flow.back.close();
    }
  }

  private DatagramChannel open() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    return channel;
  }

  private void carry() {
    ByteBuffer buffer = ByteBuffer.allocate(65536);
    try {
      pointed.await();
      while (selector.isOpen()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          DatagramChannel from = (DatagramChannel) key.channel();
          SocketAddress source;
          while ((source = from.receive(buffer.clear())) != null) {
            pass(from, source, buffer.flip());
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (ClosedSelectorException | ClosedChannelException | InterruptedException e) {
      // The tap was closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void pass(DatagramChannel from, SocketAddress source, ByteBuffer datagram)
      throws IOException {
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(datagram.position(), bytes);
    Datagram seen = new Datagram(from == front, bytes);
    if (kept.size() < 10_000) {
      kept.add(seen);
    }
    if (seen.isApplicationData() && loss.nextDouble() < lossRate) {
      return;
    }
    if (from == front) {
      Flow flow = flows.get(source);
      if (flow == null) {
        flow = new Flow(source, open());
        flows.put(source, flow);
      }
      if (seen.isDtlsHandshake() || seen.isApplicationData()) {
        lively = flow;
      }
      flow.back.send(datagram, jvm);
    } else {
      for (Flow flow : flows.values()) {
        if (flow.back == from) {
          front.send(datagram, flow.browser);
        }
      }
    }
  }
}
