package dev.turnstone.testkit.internet;

import dev.turnstone.testkit.SimulatedLink;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of one TCP stream: found once, as it connects, and open for as long as nothing on it has
 * changed.
 */
final class TcpRoute {
  private record Passage(Nat nat, long boots, InetSocketAddress mapped) {}

  private final SimulatedHost client;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final List<Passage> passages = new ArrayList<>();
  private InetSocketAddress seen;
  private SimulatedHost server;
  private InetSocketAddress target;

  private TcpRoute(SimulatedHost client, InetSocketAddress local, InetSocketAddress remote) {
    this.client = client;
    this.local = local;
    this.remote = remote;
    this.seen = local;
    this.target = remote;
  }

  /** The way to a host that has the address, or null. */
  static TcpRoute find(SimulatedHost client, InetSocketAddress local, InetSocketAddress remote) {
    TcpRoute route = new TcpRoute(client, local, remote);
    if (!route.walk(client.realm(local.getAddress())) || !route.isOpen()) {
      route.release();
      return null;
    }
    return route;
  }

  private boolean walk(AddressRealm from) {
    AddressRealm realm = from;
    if (local.getAddress() instanceof Inet4Address != remote.getAddress() instanceof Inet4Address) {
      return false;
    }
    while (true) {
      AddressRealm.Node node = realm.at(target.getAddress());
      if (node instanceof SimulatedHost host) {
        server = host;
        return true;
      }
      if (node instanceof Nat nat) {
        // Nothing comes in, but to a host that owns the NAT's whole outside.
        if (nat.allInboundTo() == null || !nat.firewall().inboundTcp()) {
          return false;
        }
        target = new InetSocketAddress(nat.allInboundTo(), target.getPort());
        realm = nat.inside();
        continue;
      }
      Nat nat = realm.gateway();
      if (nat == null || !nat.firewall().allowsTcpTo(target.getPort())) {
        return false;
      }
      InetSocketAddress mapped = nat.mapTcp(seen);
      if (mapped == null) {
        return false;
      }
      passages.add(new Passage(nat, nat.boots(), mapped));
      seen = mapped;
      realm = nat.outside();
      if (mapped.getAddress().equals(target.getAddress())) {
        return false;
      }
    }
  }

  /** Where the stream comes from, as the server sees it. */
  InetSocketAddress seen() {
    return seen;
  }

  /** Where the server listens. */
  InetSocketAddress target() {
    return target;
  }

  SimulatedHost server() {
    return server;
  }

  /** Whether bytes come through now. */
  boolean isOpen() {
    for (Passage passage : passages) {
      if (passage.nat.boots() != passage.boots
          || isDark(passage.nat.uplink())
          || isDark(passage.nat.downlink())
          || !passage.nat.firewall().allowsTcpTo(remote.getPort())) {
        return false;
      }
    }
    return client.realm(local.getAddress()) != null
        && server.realm(target.getAddress()) != null
        && client.firewall().allowsTcpTo(remote.getPort())
        && server.firewall().inboundTcp()
        && !isDark(client.uplink())
        && !isDark(client.downlink())
        && !isDark(server.uplink())
        && !isDark(server.downlink());
  }

  private static boolean isDark(SimulatedLink link) {
    return link.options().loss() == 1;
  }

  /** How long bytes travel from one end to the other. */
  Duration delay(boolean toServer) {
    SimulatedHost from = toServer ? client : server;
    SimulatedHost to = toServer ? server : client;
    Duration delay = from.uplink().options().delay().plus(to.downlink().options().delay());
    for (Passage passage : passages) {
      SimulatedLink link = toServer ? passage.nat.uplink() : passage.nat.downlink();
      delay = delay.plus(link.options().delay());
    }
    return delay;
  }

  /** The stream is over: its ports at the NATs are free. */
  void release() {
    passages.forEach(passage -> passage.nat.unmapTcp(passage.mapped));
  }
}
