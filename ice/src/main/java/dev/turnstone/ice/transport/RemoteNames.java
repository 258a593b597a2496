package dev.turnstone.ice.transport;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceNetwork;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the addresses behind the names in candidates of the peer
 * (draft-ietf-mmusic-mdns-ice-candidates section 3.2). What is found is for checks alone: the
 * candidate keeps its name wherever it is told of.
 */
final class RemoteNames {
  /** A peer has a name or two for each interface; more at a time make us a nuisance to the link. */
  static final int MAX_OPEN = 32;

  /** Hears what became of names. */
  interface Listener {
    /**
     * A look-up has ended.
     *
     * @param addresses at most one of each family; empty when there is none
     */
    void onResolved(Candidate candidate, List<InetAddress> addresses);

    /** The peer has no more candidates, and none of its names is waited for. */
    void onEnd();
  }

  private final IceNetwork network;
  private final Listener listener;
  private int generation;
  private int open;
  private boolean ended;

  RemoteNames(IceNetwork network, Listener listener) {
    this.network = network;
    this.listener = listener;
  }

  /**
   * Looks for the address of a candidate that has a name.
   *
   * @return false when too many are looked for already
   */
  boolean resolve(Candidate candidate) {
    if (open == MAX_OPEN) {
      return false;
    }
    open++;
    int asked = generation;
    network.resolve(
        candidate.address(),
        found -> {
          if (asked == generation) {
            open--;
            listener.onResolved(candidate, Gatherer.oneOfEachFamily(found));
            if (asked == generation) {
              tellEnd();
            }
          }
        });
    return true;
  }

  /** The peer has no more candidates; that counts when its names are known. */
  void end() {
    ended = true;
    tellEnd();
  }

  private void tellEnd() {
    if (ended && open == 0) {
      ended = false;
      listener.onEnd();
    }
  }

  /** What is still found belongs to a past that nobody wants to hear of. */
  void forget() {
    generation++;
    open = 0;
    ended = false;
  }
}
