package dev.turnstone.testkit.internet;

import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.SimulatedLink;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A host with addresses in one or more realms, UDP sockets and TCP streams. All that it sends goes
 * over its uplink, all that comes for it over its downlink.
 */
public final class SimulatedHost implements AddressRealm.Node {
  private final SimulatedInternet internet;
  private final String name;
  private final SplittableRandom random;
  private final SimulatedLink uplink;
  private final SimulatedLink downlink;
  private final Map<InetAddress, AddressRealm> realms = new LinkedHashMap<>();
  private final Map<InetSocketAddress, SimulatedUdpSocket> sockets = new HashMap<>();
  private final Map<InetSocketAddress, Consumer<SimulatedTcpStream>> listeners = new HashMap<>();
  private final List<Runnable> watchers = new ArrayList<>();
  private Firewall firewall = Firewall.OPEN;

  SimulatedHost(
      SimulatedInternet internet, String name, SplittableRandom random, LinkOptions options) {
    this.internet = internet;
    this.name = name;
    this.random = random;
    this.uplink = internet.simulation().link(options);
    this.downlink = internet.simulation().link(options);
  }

  /**
   * The link that what this host sends goes over.
   *
   * @return for its statistics, or to change its options
   */
  public SimulatedLink uplink() {
    return uplink;
  }

  /**
   * The link that what this host receives comes over.
   *
   * @return for its statistics, or to change its options
   */
  public SimulatedLink downlink() {
    return downlink;
  }

  // Addresses

  /**
   * Gives the host an address.
   *
   * @param realm where the address is reachable
   * @param address the address
   * @return this host
   * @throws IllegalArgumentException when the address is taken there, or the host has it elsewhere
   */
  public SimulatedHost join(AddressRealm realm, InetAddress address) {
    if (realms.containsKey(address)) {
      throw new IllegalArgumentException(this + " has " + address.getHostAddress() + " already");
    }
    realm.attach(address, this);
    realms.put(address, realm);
    List.copyOf(watchers).forEach(Runnable::run);
    return this;
  }

  /**
   * Takes an address away. Sockets bound to it stay open and are dead.
   *
   * @param address one of the host's
   */
  public void leave(InetAddress address) {
    AddressRealm realm = realms.remove(address);
    if (realm != null) {
      realm.detach(address);
      List.copyOf(watchers).forEach(Runnable::run);
    }
  }

  /**
   * The addresses, in the order in which the host got them.
   *
   * @return a copy
   */
  public List<InetAddress> addresses() {
    return List.copyOf(realms.keySet());
  }

  /**
   * Adds who is told when the host has got or lost an address.
   *
   * @param watcher called after each change
   */
  public void onAddressChange(Runnable watcher) {
    watchers.add(Objects.requireNonNull(watcher, "watcher"));
  }

  /**
   * What may come in and go out.
   *
   * @param newFirewall from now on, for streams that are open too
   */
  public void setFirewall(Firewall newFirewall) {
    firewall = Objects.requireNonNull(newFirewall, "newFirewall");
  }

  Firewall firewall() {
    return firewall;
  }

  AddressRealm realm(InetAddress address) {
    return realms.get(address);
  }

  private void requireOwn(InetSocketAddress local) throws BindException {
    if (!realms.containsKey(local.getAddress())) {
      throw new BindException(this + " has no address " + local.getAddress().getHostAddress());
    }
  }

  private InetSocketAddress withPort(InetSocketAddress local, Map<InetSocketAddress, ?> taken)
      throws BindException {
    if (local.getPort() != 0) {
      if (taken.containsKey(local)) {
        throw new BindException(local + " is taken on " + this);
      }
      return local;
    }
    InetSocketAddress free;
    do {
      free = new InetSocketAddress(local.getAddress(), random.nextInt(49152, 65536));
    } while (taken.containsKey(free));
    return free;
  }

  // UDP

  /**
   * Binds a UDP socket.
   *
   * @param local one of the host's addresses; port 0 for a random free port
   * @param receiver hears what arrives
   * @return the socket
   * @throws BindException when the host has no such address or the port is taken
   */
  public SimulatedUdpSocket bindUdp(InetSocketAddress local, SimulatedUdpSocket.Receiver receiver)
      throws BindException {
    requireOwn(local);
    InetSocketAddress bound = withPort(local, sockets);
    SimulatedUdpSocket socket = new SimulatedUdpSocket(this, bound, receiver);
    sockets.put(bound, socket);
    return socket;
  }

  void unbind(SimulatedUdpSocket socket) {
    sockets.remove(socket.localAddress());
  }

  void send(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    if (!realms.containsKey(from.getAddress()) || isFour(from) != isFour(to) || !firewall.udp()) {
      internet.countBlocked();
      return;
    }
    internet.send(
        this,
        from,
        to,
        packet,
        bytes -> {
          AddressRealm realm = realms.get(from.getAddress());
          if (realm != null) {
            realm.route(from, to, bytes);
          }
        });
  }

  private static boolean isFour(InetSocketAddress endpoint) {
    return endpoint.getAddress() instanceof Inet4Address;
  }

  @Override
  public void receive(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    internet
        .simulation()
        .carry(
            downlink,
            packet,
            bytes -> {
              SimulatedUdpSocket socket = sockets.get(to);
              if (socket == null || !realms.containsKey(to.getAddress()) || !firewall.udp()) {
                internet.countBlocked();
              } else {
                internet.delivered(this, from, to, bytes);
                socket.receive(bytes, from);
              }
            });
  }

  // TCP

  /**
   * Takes TCP connections.
   *
   * @param local one of the host's addresses; port 0 for a random free port
   * @param onAccept hears each stream; it has to set the stream's handler before it returns
   * @return where it listens
   * @throws BindException when the host has no such address or the port is taken
   */
  public InetSocketAddress listen(InetSocketAddress local, Consumer<SimulatedTcpStream> onAccept)
      throws BindException {
    requireOwn(local);
    InetSocketAddress bound = withPort(local, listeners);
    listeners.put(bound, Objects.requireNonNull(onAccept, "onAccept"));
    return bound;
  }

  /**
   * Takes no more connections; streams that are open stay.
   *
   * @param local where the host listens
   */
  public void stopListening(InetSocketAddress local) {
    listeners.remove(local);
  }

  Consumer<SimulatedTcpStream> listener(InetSocketAddress local) {
    return realms.containsKey(local.getAddress()) ? listeners.get(local) : null;
  }

  /**
   * Connects. A port where nobody listens refuses after a round trip; what a firewall or a NAT
   * swallows fails after 30 seconds.
   *
   * @param local one of the host's addresses; port 0 for a random port
   * @param remote whom to connect to
   * @param handler hears the stream, never before this returns
   * @return the stream, which is not connected yet
   * @throws BindException when the host has no such address
   */
  public SimulatedTcpStream connect(
      InetSocketAddress local, InetSocketAddress remote, SimulatedTcpStream.Handler handler)
      throws BindException {
    requireOwn(local);
    return SimulatedTcpStream.connect(internet, this, withPort(local, Map.of()), remote, handler);
  }

  @Override
  public String toString() {
    return name;
  }
}
