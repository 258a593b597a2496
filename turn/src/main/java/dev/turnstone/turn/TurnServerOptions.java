package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a server offers and where it stops.
 *
 * <p>Without {@link Builder#relay} it is a STUN server only: TURN requests are dropped.
 *
 * @param realm of the long-term credentials, or "" without a relay
 * @param credentials who may relay, or nothing for STUN only
 * @param software told in answers, or nothing, which is the default: it helps whoever looks for an
 *     old version, and makes answers larger
 * @param nonceLifetime how long a nonce is good; 1 hour, the most that RFC 8489 section 9.2 has
 * @param sha256Passwords whether clients may use SHA-256 keys (RFC 8489 section 18.5); no by
 *     default, since no browser asks for it and it makes every 401 24 bytes larger
 * @param defaultLifetime of an allocation that asks for less or nothing; 10 minutes (RFC 8656
 *     section 3.2)
 * @param maxLifetime that an allocation can ask for; 1 hour (RFC 8656 section 7.2)
 * @param maxAllocations of all users, beyond which requests are answered 508; 10,000
 * @param maxAllocationsPerAccount beyond which they are answered 486; 64, since a browser takes one
 *     for each network, server and transport of each connection
 * @param maxPermissions of an allocation; 128, more than candidates that a peer has
 * @param maxChannels of an allocation; 128
 * @param relayFamilies that a relayed address can have; both
 * @param peerPolicy which peers may be reached; {@link PeerPolicy#publicAddresses}
 * @param alternateServers where Allocate requests are sent on to (300), the first of the client's
 *     family; none
 * @param discovery the places to answer RFC 5780 from; none
 */
public record TurnServerOptions(
    String realm,
    Optional<Credentials> credentials,
    Optional<String> software,
    Duration nonceLifetime,
    boolean sha256Passwords,
    Duration defaultLifetime,
    Duration maxLifetime,
    int maxAllocations,
    int maxAllocationsPerAccount,
    int maxPermissions,
    int maxChannels,
    Set<AddressFamily> relayFamilies,
    PeerPolicy peerPolicy,
    List<InetSocketAddress> alternateServers,
    List<DiscoveryAddresses> discovery) {

  /** Checks the ranges. */
  public TurnServerOptions {
    relayFamilies = Set.copyOf(relayFamilies);
    alternateServers = List.copyOf(alternateServers);
    discovery = List.copyOf(discovery);
    requireSeconds("nonceLifetime", nonceLifetime);
    requireSeconds("defaultLifetime", defaultLifetime);
    requireSeconds("maxLifetime", maxLifetime);
    if (maxLifetime.compareTo(defaultLifetime) < 0) {
      throw new IllegalArgumentException("maxLifetime is below defaultLifetime");
    }
    if (maxAllocations < 1
        || maxAllocationsPerAccount < 1
        || maxPermissions < 1
        || maxChannels < 0) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (alternateServers.stream().anyMatch(InetSocketAddress::isUnresolved)) {
      throw new IllegalArgumentException("alternate servers must be resolved");
    }
  }

  private static void requireSeconds(String what, Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(what + " is a second to a day, this is " + time);
    }
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options; each has its default. */
  public static final class Builder {
    private String realm = "";
    private Credentials credentials;
    private String software;
    private Duration nonceLifetime = Duration.ofHours(1);
    private boolean sha256Passwords;
    private Duration defaultLifetime = Duration.ofMinutes(10);
    private Duration maxLifetime = Duration.ofHours(1);
    private int maxAllocations = 10_000;
    private int maxAllocationsPerAccount = 64;
    private int maxPermissions = 128;
    private int maxChannels = 128;
    private Set<AddressFamily> relayFamilies = EnumSet.allOf(AddressFamily.class);
    private PeerPolicy peerPolicy = PeerPolicy.publicAddresses();
    private List<InetSocketAddress> alternateServers = List.of();
    private List<DiscoveryAddresses> discovery = List.of();

    private Builder() {}

    /**
     * Relays for users of a realm.
     *
     * @param realm text that names the users' table, such as the domain; short, since every 401
     *     bears it
     */
    public Builder relay(String realm, Credentials credentials) {
      if (realm.isEmpty() || realm.length() > 127) {
        throw new IllegalArgumentException("a realm has 1 to 127 characters");
      }
      this.realm = realm;
      this.credentials = Objects.requireNonNull(credentials, "credentials");
      return this;
    }

    /** Tells clients what runs here. */
    public Builder software(String software) {
      this.software = software;
      return this;
    }

    /** How long a nonce is good. */
    public Builder nonceLifetime(Duration lifetime) {
      this.nonceLifetime = lifetime;
      return this;
    }

    /** Whether clients may use SHA-256 keys. */
    public Builder sha256Passwords(boolean allowed) {
      this.sha256Passwords = allowed;
      return this;
    }

    /** The shortest and the longest lifetime of an allocation. */
    public Builder lifetimes(Duration shortest, Duration longest) {
      this.defaultLifetime = shortest;
      this.maxLifetime = longest;
      return this;
    }

    /** How many allocations there may be, of all and of one account. */
    public Builder maxAllocations(int ofAll, int ofOneAccount) {
      this.maxAllocations = ofAll;
      this.maxAllocationsPerAccount = ofOneAccount;
      return this;
    }

    /** How many permissions and channels an allocation may have. */
    public Builder maxPeers(int permissions, int channels) {
      this.maxPermissions = permissions;
      this.maxChannels = channels;
      return this;
    }

    /** Which families relayed addresses can have. */
    public Builder relayFamilies(Set<AddressFamily> families) {
      this.relayFamilies = families;
      return this;
    }

    /** Which peers may be reached. */
    public Builder peerPolicy(PeerPolicy policy) {
      this.peerPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sends Allocate requests on to other servers. */
    public Builder alternateServers(List<InetSocketAddress> servers) {
      this.alternateServers = servers;
      return this;
    }

    /** Answers NAT behaviour discovery from these places, one pair for each family. */
    public Builder discovery(List<DiscoveryAddresses> places) {
      this.discovery = places;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public TurnServerOptions build() {
      return new TurnServerOptions(
          realm,
          Optional.ofNullable(credentials),
          Optional.ofNullable(software),
          nonceLifetime,
          sha256Passwords,
          defaultLifetime,
          maxLifetime,
          maxAllocations,
          maxAllocationsPerAccount,
          maxPermissions,
          maxChannels,
          relayFamilies,
          peerPolicy,
          alternateServers,
          discovery);
    }
  }
}
