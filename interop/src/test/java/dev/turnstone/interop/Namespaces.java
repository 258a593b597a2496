package dev.turnstone.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small internet of Linux network namespaces: a public network, a server in it, a host in it, and
 * two sites, each a host behind a router with a real NAT (nftables). Needs root, {@code ip} and
 * {@code nft}; closing takes everything away.
 */
final class Namespaces implements AutoCloseable {
  static final String SERVER = "203.0.113.10";
  static final String SECOND_SERVER = "203.0.113.11";
  private static final String NOWHERE = "203.0.113.254";
  private static final String PUBLIC_HOST = "203.0.113.20";

  /** How a router maps what leaves. */
  enum Nat {
    /** The source port stays where it can: what RFC 4787 calls endpoint-independent, in effect. */
    CONE("masquerade"),
    /** Every flow gets a port of its own: symmetric. */
    SYMMETRIC("masquerade fully-random");

    private final String rule;

    Nat(String rule) {
      this.rule = rule;
    }
  }

  /** A site: a host and its router. */
  enum Site {
    A(1),
    B(2);

    private final int number;

    Site(int number) {
      this.number = number;
    }

    private String router() {
      return "router" + number;
    }

    private String host() {
      return "host" + number;
    }

    private String network() {
      return "10." + number + ".0";
    }
  }

  private final String prefix = "ts" + ProcessHandle.current().pid() + "-";
  private final List<String> made = new ArrayList<>();

  /** Why there can be none here, or empty. */
  static Optional<String> missing() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("network namespaces are Linux's");
    }
    for (String tool : List.of("ip", "nft")) {
      if (BrowserKind.onPath(tool).findAny().isEmpty()) {
        return Optional.of("no " + tool + " on the PATH");
      }
    }
    try (Namespaces trial = new Namespaces()) {
      trial.namespace("trial");
      trial.nft(
          "trial", "table ip nat { chain post { type nat hook postrouting priority 100; }; }");
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("network namespaces cannot be made here: " + e.getMessage());
    }
  }

  /** The public network with its server and its host; sites come with {@link #site}. */
  static Namespaces internet() {
    Namespaces all = new Namespaces();
    try {
      all.namespace("public");
      all.ip("public", "link add net type bridge");
      all.ip("public", "addr add " + NOWHERE + "/24 dev net");
      all.ip("public", "link set net up");
      all.namespace("server");
      all.attach("server", SERVER);
      // What goes to private addresses is lost on the way, as it is on the internet. Without a
      // route the sending fails, and coturn gives up an allocation for that.
      all.ip("server", "route add default via " + NOWHERE);
      all.namespace("host0");
      all.attach("host0", PUBLIC_HOST);
      all.ip("host0", "route add default via " + NOWHERE);
      return all;
    } catch (IllegalStateException e) {
      all.close();
      throw e;
    }
  }

  /** The server gets another address, as the discovery of NATs needs it. */
  void secondServerAddress() {
    ip("server", "addr add " + SECOND_SERVER + "/24 dev wan");
  }

  /** Adds a site. Nothing comes in through its router that nobody inside has asked for. */
  Namespaces site(Site site, Nat nat, boolean blocksUdp) {
    namespace(site.router());
    attach(site.router(), "203.0.113." + site.number);
    namespace(site.host());
    ip(site.router(), "link add lan type veth peer name eth0 netns " + prefix + site.host());
    ip(site.router(), "addr add " + site.network() + ".1/24 dev lan");
    ip(site.router(), "link set lan up");
    ip(site.host(), "addr add " + site.network() + ".2/24 dev eth0");
    ip(site.host(), "link set eth0 up");
    ip(site.host(), "route add default via " + site.network() + ".1");
    run(inside(site.router(), List.of("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")));
    nft(
        site.router(),
        "table ip nat { chain post { type nat hook postrouting priority 100; oifname \"wan\" "
            + nat.rule
            + "; }; }\n"
            + "table ip guard { chain through { type filter hook forward priority 0; "
            + (blocksUdp ? "meta l4proto udp drop; " : "")
            + "iifname \"wan\" ct state established,related accept; iifname \"wan\" drop; }; "
            // What nobody has asked for must leave no trace: a remembered stranger would take the
            // very port that the host behind is about to be mapped to.
            + "chain into { type filter hook input priority 0; iifname \"wan\" drop; }; }");
    return this;
  }

  private void attach(String name, String address) {
    ip("public", "link add to-" + name + " type veth peer name wan netns " + prefix + name);
    ip("public", "link set to-" + name + " master net up");
    ip(name, "addr add " + address + "/24 dev wan");
    ip(name, "link set wan up");
  }

  private void namespace(String name) {
    run(List.of("ip", "netns", "add", prefix + name));
    made.add(prefix + name);
    ip(name, "link set lo up");
  }

  private void ip(String name, String arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", prefix + name));
    command.addAll(List.of(arguments.split(" ")));
    run(command);
  }

  private void nft(String name, String rules) {
    run(inside(name, List.of("nft", rules)));
  }

  /** The command that runs another on the host of a site. */
  List<String> on(Site site, List<String> command) {
    return inside(site.host(), command);
  }

  /** The command that runs another on the server. */
  List<String> onServer(List<String> command) {
    return inside("server", command);
  }

  /** The command that runs another on the public host. */
  List<String> onPublicHost(List<String> command) {
    return inside("host0", command);
  }

  private List<String> inside(String name, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", prefix + name));
    all.addAll(command);
    return all;
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(JvmPeer.TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    for (String name : made) {
      run(List.of("ip", "netns", "del", name));
    }
    made.clear();
  }
}
