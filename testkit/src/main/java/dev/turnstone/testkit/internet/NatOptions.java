package dev.turnstone.testkit.internet;

import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link Nat} behaves, in the words of RFC 4787. Begin with one of the four names of old and
 * change what is wanted: {@code NatOptions.FULL_CONE.withHairpinning(false)}.
 *
 * @param mapping for which destinations an inside endpoint keeps its outside port (section 4.1)
 * @param filtering who may send in through a mapping (section 5)
 * @param portPreservation whether the outside port is the inside one where that is free (section
 *     4.2.1); else it is random
 * @param hairpinning whether inside hosts reach each other by their outside addresses (section 6)
 * @param mappingLifetime how long a mapping, and a permission in it, lives without outbound traffic
 *     (section 4.3)
 * @param inboundRefresh whether inbound traffic keeps a mapping alive too
 * @param maxMappings how many mappings there may be at a time; what needs one more is dropped
 */
public record NatOptions(
    NatBehaviour mapping,
    NatBehaviour filtering,
    boolean portPreservation,
    boolean hairpinning,
    Duration mappingLifetime,
    boolean inboundRefresh,
    int maxMappings) {

  private static final NatOptions BEST =
      new NatOptions(
          NatBehaviour.ENDPOINT_INDEPENDENT,
          NatBehaviour.ENDPOINT_INDEPENDENT,
          true,
          true,
          Duration.ofMinutes(2),
          false,
          10_000);

  /** One outside port for all destinations, open to everyone; hairpinning; two minutes. */
  public static final NatOptions FULL_CONE = BEST;

  /** As {@link #FULL_CONE}, open to the addresses that were sent to. */
  public static final NatOptions ADDRESS_RESTRICTED =
      BEST.withFiltering(NatBehaviour.ADDRESS_DEPENDENT);

  /** As {@link #FULL_CONE}, open to the endpoints that were sent to. */
  public static final NatOptions PORT_RESTRICTED =
      BEST.withFiltering(NatBehaviour.ADDRESS_AND_PORT_DEPENDENT);

  /** Another random outside port for each destination, open to that alone; no hairpinning. */
  public static final NatOptions SYMMETRIC =
      PORT_RESTRICTED
          .withMapping(NatBehaviour.ADDRESS_AND_PORT_DEPENDENT)
          .withPortPreservation(false)
          .withHairpinning(false);

  /** Checks the ranges. */
  public NatOptions {
    Objects.requireNonNull(mapping, "mapping");
    Objects.requireNonNull(filtering, "filtering");
    if (mappingLifetime.isNegative() || mappingLifetime.isZero()) {
      throw new IllegalArgumentException("mappingLifetime must be positive: " + mappingLifetime);
    }
    if (maxMappings < 1 || maxMappings > 60_000) {
      throw new IllegalArgumentException("maxMappings must be 1 to 60000, is " + maxMappings);
    }
  }

  /**
   * These options with another mapping behaviour.
   *
   * @param mapping for which destinations an inside endpoint keeps its outside port
   * @return the new options
   */
  public NatOptions withMapping(NatBehaviour mapping) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }

  /**
   * These options with another filtering behaviour.
   *
   * @param filtering who may send in through a mapping
   * @return the new options
   */
  public NatOptions withFiltering(NatBehaviour filtering) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }

  /**
   * These options with or without port preservation.
   *
   * @param portPreservation whether the outside port is the inside one where that is free
   * @return the new options
   */
  public NatOptions withPortPreservation(boolean portPreservation) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }

  /**
   * These options with or without hairpinning.
   *
   * @param hairpinning whether inside hosts reach each other by their outside addresses
   * @return the new options
   */
  public NatOptions withHairpinning(boolean hairpinning) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }

  /**
   * These options with another lifetime.
   *
   * @param mappingLifetime how long a mapping lives without outbound traffic
   * @return the new options
   */
  public NatOptions withMappingLifetime(Duration mappingLifetime) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }

  /**
   * These options with or without refresh by inbound traffic.
   *
   * @param inboundRefresh whether inbound traffic keeps a mapping alive too
   * @return the new options
   */
  public NatOptions withInboundRefresh(boolean inboundRefresh) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }

  /**
   * These options with another size of the table.
   *
   * @param maxMappings how many mappings there may be at a time
   * @return the new options
   */
  public NatOptions withMaxMappings(int maxMappings) {
    return new NatOptions(
        mapping,
        filtering,
        portPreservation,
        hairpinning,
        mappingLifetime,
        inboundRefresh,
        maxMappings);
  }
}
