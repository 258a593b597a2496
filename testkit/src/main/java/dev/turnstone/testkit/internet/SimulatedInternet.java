package dev.turnstone.testkit.internet;

import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Simulation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A small internet on simulated time: a public realm, NATs that stand in it or behind one another,
 * and hosts in any of these.
 *
 * <pre>{@code
 * SimulatedInternet internet = new SimulatedInternet(1);
 * Nat home = internet.nat("home", NatOptions.PORT_RESTRICTED, internet.realm(), address("203.0.113.1"));
 * SimulatedHost alice = internet.host("alice", LinkOptions.PERFECT.withDelay(Duration.ofMillis(10)));
 * alice.join(home.inside(), address("192.168.0.2"));
 * }</pre>
 *
 * <p>A datagram goes over its sender's uplink, those of the NATs on its way, and its receiver's
 * downlink. There is no ICMP: what cannot be delivered is lost in silence, and counted. One thread
 * owns it all.
 */
public final class SimulatedInternet {
  private final Simulation simulation;
  private final AddressRealm realm = new AddressRealm(this, null);
  private final List<DatagramTap> sentTaps = new ArrayList<>();
  private final List<DatagramTap> deliveredTaps = new ArrayList<>();
  private DatagramFilter filter = (sender, from, to, packet) -> true;
  private int tcpSegmentBytes = 1400;
  private long unroutable;
  private long blocked;

  /**
   * An internet without anyone on it, at time 0.
   *
   * @param seed decides every random choice
   */
  public SimulatedInternet(long seed) {
    this.simulation = new Simulation(seed);
  }

  /**
   * Reads an address.
   *
   * @param literal an IPv4 or IPv6 address; no name
   * @return the address
   * @throws IllegalArgumentException when it is no address
   */
  public static InetAddress address(String literal) {
    try {
      if (literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
        return InetAddress.getByName(literal);
      }
    } catch (UnknownHostException e) {
      // Told below.
    }
    throw new IllegalArgumentException("not an address: " + literal);
  }

  // Who is on it

  /**
   * The public internet.
   *
   * @return where everyone's address is reachable
   */
  public AddressRealm realm() {
    return realm;
  }

  /**
   * A new host, without an address.
   *
   * @param name for messages
   * @param options of its uplink and of its downlink, each for itself
   * @return the host
   */
  public SimulatedHost host(String name, LinkOptions options) {
    return new SimulatedHost(this, name, simulation.newRandom(), options);
  }

  /**
   * A new NAT next to those behind it: its own links take no time.
   *
   * @param name for messages
   * @param options how it behaves
   * @param outside where its outside addresses are: {@link #realm}, or the inside of another NAT
   * @param addresses its outside addresses, one of each family at most
   * @return the NAT
   * @throws IllegalArgumentException when an address is taken, or two are of one family
   */
  public Nat nat(String name, NatOptions options, AddressRealm outside, InetAddress... addresses) {
    return nat(name, options, outside, LinkOptions.PERFECT, addresses);
  }

  /**
   * A new NAT with links of its own to the outside. A NAT stands nearer to its hosts than to the
   * rest of the world, so the way is better put behind it than before it: then a datagram opens the
   * way back as soon as it is sent.
   *
   * @param name for messages
   * @param options how it behaves
   * @param outside where its outside addresses are: {@link #realm}, or the inside of another NAT
   * @param link what the way out and the way in do, each for itself
   * @param addresses its outside addresses, one of each family at most
   * @return the NAT
   * @throws IllegalArgumentException when an address is taken, or two are of one family
   */
  public Nat nat(
      String name,
      NatOptions options,
      AddressRealm outside,
      LinkOptions link,
      InetAddress... addresses) {
    return new Nat(this, name, options, simulation.newRandom(), outside, link, addresses);
  }

  /**
   * Sets the filter that all datagrams pass as they are sent; there is one at a time.
   *
   * @param newFilter the filter
   */
  public void setFilter(DatagramFilter newFilter) {
    filter = Objects.requireNonNull(newFilter, "newFilter");
  }

  /**
   * Adds a tap that sees each datagram as a host sends it, whatever becomes of it.
   *
   * @param tap the tap
   */
  public void onSent(DatagramTap tap) {
    sentTaps.add(Objects.requireNonNull(tap, "tap"));
  }

  /**
   * Adds a tap that sees each datagram as a socket receives it.
   *
   * @param tap the tap
   */
  public void onDelivered(DatagramTap tap) {
    deliveredTaps.add(Objects.requireNonNull(tap, "tap"));
  }

  /**
   * Lets a datagram appear in a realm, with any source: what an attacker can do. It passes no
   * filter and no uplink.
   *
   * @param where the realm
   * @param from the source that it claims
   * @param to where it goes
   * @param packet the remaining bytes; copied
   */
  public void inject(
      AddressRealm where, InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    where.route(from, to, packet);
  }

  /**
   * How many bytes of a TCP stream arrive at once at most; 1400 at first. One byte shows whether
   * someone reads messages where there are only bytes.
   *
   * @param bytes 1 or more
   */
  public void setTcpSegmentBytes(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes must be 1 or more, are " + bytes);
    }
    tcpSegmentBytes = bytes;
  }

  int tcpSegmentBytes() {
    return tcpSegmentBytes;
  }

  // Time

  /**
   * The simulated time.
   *
   * @return nanoseconds since the start
   */
  public long nowNanos() {
    return simulation.nowNanos();
  }

  /**
   * Schedules an action.
   *
   * @param delay when, counted from now
   * @param action what to do
   * @return calls it off
   */
  public Simulation.Timer schedule(Duration delay, Runnable action) {
    return simulation.schedule(delay, action);
  }

  /**
   * Runs until a condition holds.
   *
   * @param done the condition, asked after each event
   * @param limit how much simulated time it may take
   * @return whether it was reached; if not, the clock stands at the limit
   */
  public boolean runUntil(BooleanSupplier done, Duration limit) {
    return simulation.runUntil(done, limit);
  }

  /**
   * Runs for a simulated time.
   *
   * @param time how long
   */
  public void runFor(Duration time) {
    simulation.runFor(time);
  }

  /**
   * The clock and the links beneath.
   *
   * @return the simulation
   */
  public Simulation simulation() {
    return simulation;
  }

  /**
   * A hash over all datagrams sent and delivered so far. Equal runs have equal hashes.
   *
   * @return 64 bits
   */
  public long traceHash() {
    return simulation.traceHash();
  }

  /**
   * Datagrams for an address that nobody has.
   *
   * @return how many
   */
  public long unroutable() {
    return unroutable;
  }

  /**
   * Datagrams that a host did not let out or in: a firewall, an address that it has no more, a port
   * where no socket is.
   *
   * @return how many
   */
  public long blocked() {
    return blocked;
  }

  // What the hosts do

  void countUnroutable() {
    unroutable++;
  }

  void countBlocked() {
    blocked++;
  }

  void send(
      SimulatedHost sender,
      InetSocketAddress from,
      InetSocketAddress to,
      ByteBuffer packet,
      Consumer<ByteBuffer> route) {
    simulation.trace(nowNanos() << 1, packet);
    for (DatagramTap tap : sentTaps) {
      tap.onDatagram(sender, from, to, packet.asReadOnlyBuffer());
    }
    ByteBuffer copy = ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
    if (filter.passes(sender, from, to, copy)) {
      simulation.carry(sender.uplink(), copy.rewind(), route);
    }
  }

  void delivered(
      SimulatedHost receiver, InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    simulation.trace(nowNanos() << 1 | 1, packet);
    for (DatagramTap tap : deliveredTaps) {
      tap.onDatagram(receiver, from, to, packet.asReadOnlyBuffer());
    }
  }
}
