package dev.turnstone.ice;

import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;

/**
 * What an engine needs to know beyond the network.
 *
 * @param servers asked for server-reflexive candidates; usually one or two, at most 16
 * @param random for credentials, transaction ids and jitter
 * @param timing how long to wait for what
 */
public record IceOptions(List<IceServer> servers, SecureRandom random, IceTiming timing) {
  private static final int MAX_SERVERS = 16;

  /** Copies the list and refuses null. */
  public IceOptions {
    servers = List.copyOf(servers);
    if (servers.size() > MAX_SERVERS) {
      throw new IllegalArgumentException("more than " + MAX_SERVERS + " ICE servers");
    }
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(timing, "timing");
  }

  /** Servers with the default timing. */
  public IceOptions(List<IceServer> servers, SecureRandom random) {
    this(servers, random, IceTiming.DEFAULT);
  }

  /** No servers: host candidates alone. */
  public IceOptions(SecureRandom random) {
    this(List.of(), random);
  }
}
