package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.CandidatePair;
import java.net.InetSocketAddress;

/**
 * A pair that works, with what is needed to send over it.
 *
 * @param priority of the pair (RFC 8445 section 6.1.2.3)
 * @param nominated whether the controlling side chose it
 */
record Path(
    Generation generation,
    BoundSocket socket,
    InetSocketAddress remote,
    CandidatePair pair,
    long priority,
    boolean nominated) {

  boolean isSamePair(Path other) {
    return socket == other.socket && remote.equals(other.remote);
  }
}
