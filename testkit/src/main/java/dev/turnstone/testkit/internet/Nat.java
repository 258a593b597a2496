package dev.turnstone.testkit.internet;

import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.SimulatedLink;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A NAT between an inside of its own and an outside, which may be the inside of another one. It has
 * one outside address of each family that it translates; the other family does not pass.
 */
public final class Nat implements AddressRealm.Node {
  /** One outside address, with what is mapped to its ports. */
  private final class Face {
    final InetAddress address;
    final MappingTable table;
    final Set<Integer> tcpPorts = new HashSet<>();

    Face(InetAddress address) {
      this.address = address;
      this.table = new MappingTable(options, random.split());
    }
  }

  private final SimulatedInternet internet;
  private final String name;
  private final NatOptions options;
  private final SplittableRandom random;
  private final AddressRealm outside;
  private final AddressRealm inside;
  private final SimulatedLink uplink;
  private final SimulatedLink downlink;
  private final Map<Boolean, Face> faces = new HashMap<>();
  private Firewall firewall = Firewall.OPEN;
  private InetAddress allInboundTo;
  private long boots;

  private long outbound;
  private long inbound;
  private long hairpinned;
  private long filtered;
  private long notHairpinned;
  private long refused;
  private long firewalled;

  Nat(
      SimulatedInternet internet,
      String name,
      NatOptions options,
      SplittableRandom random,
      AddressRealm outside,
      LinkOptions link,
      InetAddress... addresses) {
    this.internet = internet;
    this.name = name;
    this.options = Objects.requireNonNull(options, "options");
    this.random = random;
    this.outside = outside;
    this.inside = new AddressRealm(internet, this);
    this.uplink = internet.simulation().link(link);
    this.downlink = internet.simulation().link(link);
    for (InetAddress address : addresses) {
      if (faces.put(address instanceof Inet4Address, new Face(address)) != null) {
        throw new IllegalArgumentException("a NAT has one outside address of each family");
      }
      outside.attach(address, this);
    }
  }

  /**
   * Where the hosts behind this NAT live.
   *
   * @return the inside
   */
  public AddressRealm inside() {
    return inside;
  }

  /**
   * The link that goes out from it: what it sends is translated first.
   *
   * @return for its statistics, or to change its options
   */
  public SimulatedLink uplink() {
    return uplink;
  }

  /**
   * The link that comes in to it: what comes is looked up when it has arrived.
   *
   * @return for its statistics, or to change its options
   */
  public SimulatedLink downlink() {
    return downlink;
  }

  /**
   * How it behaves.
   *
   * @return the options
   */
  public NatOptions options() {
    return options;
  }

  /**
   * What may pass between inside and outside, besides what the NAT itself holds back.
   *
   * @param newFirewall from now on, for streams that are open too
   */
  public void setFirewall(Firewall newFirewall) {
    firewall = Objects.requireNonNull(newFirewall, "newFirewall");
  }

  /**
   * Gives all ports of the outside to one inside address, as a cloud does with a machine's public
   * address (1:1 NAT): ports stay, and everyone may send in.
   *
   * @param address the inside address
   */
  public void forwardAllTo(InetAddress address) {
    allInboundTo = Objects.requireNonNull(address, "address");
  }

  /** Forgets every mapping. Streams through it go dead in silence. */
  public void reboot() {
    boots++;
    faces.replaceAll((family, face) -> new Face(face.address));
  }

  /**
   * Reboots with another outside address, as with a new lease.
   *
   * @param address takes the place of the one of its family
   */
  public void reboot(InetAddress address) {
    Face old = faces.get(address instanceof Inet4Address);
    if (old != null) {
      outside.detach(old.address);
    }
    outside.attach(address, this);
    faces.put(address instanceof Inet4Address, new Face(address));
    reboot();
  }

  /**
   * How many UDP mappings live now.
   *
   * @return mappings
   */
  public int mappings() {
    return faces.values().stream().mapToInt(face -> face.table.size(internet.nowNanos())).sum();
  }

  /**
   * What it has done so far.
   *
   * @return a snapshot
   */
  public NatStatistics statistics() {
    return new NatStatistics(
        outbound, inbound, hairpinned, filtered, notHairpinned, refused, firewalled);
  }

  /** Something inside sends to an address that is not inside. */
  void send(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    Face face = faces.get(to.getAddress() instanceof Inet4Address);
    if (face == null || from.getAddress() instanceof Inet4Address != isFour(to)) {
      internet.countUnroutable();
      return;
    }
    if (!firewall.udp()) {
      firewalled++;
      return;
    }
    boolean hairpin = to.getAddress().equals(face.address);
    if (hairpin && !options.hairpinning()) {
      notHairpinned++;
      return;
    }
    int port =
        from.getAddress().equals(allInboundTo)
            ? from.getPort()
            : face.table.outbound(from, to, internet.nowNanos());
    if (port == MappingTable.FULL) {
      refused++;
      return;
    }
    outbound++;
    InetSocketAddress translated = new InetSocketAddress(face.address, port);
    if (hairpin) {
      hairpinned++;
      // REQ-9: the receiver sees the outside address of the sender.
      comeIn(translated, to, packet);
    } else {
      internet.simulation().carry(uplink, packet, bytes -> outside.route(translated, to, bytes));
    }
  }

  /** Something comes in to an outside address. */
  @Override
  public void receive(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    internet.simulation().carry(downlink, packet, bytes -> comeIn(from, to, bytes));
  }

  private void comeIn(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    Face face = faces.get(isFour(to));
    if (!face.address.equals(to.getAddress())) {
      // It has got another one meanwhile.
      internet.countUnroutable();
      return;
    }
    if (!firewall.udp()) {
      firewalled++;
      return;
    }
    InetSocketAddress target = face.table.inbound(to.getPort(), from, internet.nowNanos());
    if (target == null && allInboundTo != null) {
      target = new InetSocketAddress(allInboundTo, to.getPort());
    }
    if (target == null || inside.at(target.getAddress()) == null) {
      filtered++;
      return;
    }
    inbound++;
    inside.route(from, target, packet);
  }

  private static boolean isFour(InetSocketAddress endpoint) {
    return endpoint.getAddress() instanceof Inet4Address;
  }

  // TCP: outward only, a port of its own for each stream, for as long as the stream lives.

  AddressRealm outside() {
    return outside;
  }

  Firewall firewall() {
    return firewall;
  }

  InetAddress allInboundTo() {
    return allInboundTo;
  }

  /** Counts reboots: a stream that began before the last one is dead. */
  long boots() {
    return boots;
  }

  /** Where a stream from the inside leaves from, or null when it cannot. */
  InetSocketAddress mapTcp(InetSocketAddress from) {
    Face face = faces.get(isFour(from));
    if (face == null || face.tcpPorts.size() >= options.maxMappings()) {
      return null;
    }
    int port = from.getPort();
    if (!options.portPreservation() || face.tcpPorts.contains(port)) {
      do {
        port = random.nextInt(1024, 65536);
      } while (face.tcpPorts.contains(port));
    }
    face.tcpPorts.add(port);
    return new InetSocketAddress(face.address, port);
  }

  void unmapTcp(InetSocketAddress mapped) {
    Face face = faces.get(isFour(mapped));
    if (face.address.equals(mapped.getAddress())) {
      face.tcpPorts.remove(mapped.getPort());
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
