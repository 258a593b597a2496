package dev.turnstone.datachannel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which stream belongs to which channel, and which streams are on their way to be free again. A
 * stream is free only after both sides have reset it (RFC 8831 section 6.7). Not every stream that
 * is being reset has a channel: one whose OPEN was refused has none.
 */
final class Streams {
  private final Map<Integer, ChannelHandle> channels = new HashMap<>();
  private final BitSet awaitingOurReset = new BitSet();
  private final BitSet awaitingPeersReset = new BitSet();

  /** Ids in use by parity, at half their number, so that the lowest free one is found quickly. */
  private final BitSet[] taken = {new BitSet(), new BitSet()};

  /** The channel on a stream, or null. */
  ChannelHandle channel(int id) {
    return channels.get(id);
  }

  /** All channels that have a stream, a copy. */
  Collection<ChannelHandle> channels() {
    return new ArrayList<>(channels.values());
  }

  boolean isFree(int id) {
    return !taken[id & 1].get(id >> 1);
  }

  /** The lowest free id of a parity (0 even, 1 odd) below a limit, or -1. */
  int lowestFree(int parity, int limit) {
    int id = taken[parity].nextClearBit(0) * 2 + parity;
    return id < limit ? id : -1;
  }

  void bind(int id, ChannelHandle channel) {
    channels.put(id, channel);
    taken[id & 1].set(id >> 1);
  }

  void unbind(int id) {
    channels.remove(id);
    freeIfDone(id);
  }

  /** Both directions must be reset before the stream is free. */
  void beginReset(int id) {
    awaitingOurReset.set(id);
    awaitingPeersReset.set(id);
    taken[id & 1].set(id >> 1);
  }

  boolean isResetting(int id) {
    return awaitingOurReset.get(id) || awaitingPeersReset.get(id);
  }

  /** Whether the peer is done with the stream and we are not. */
  boolean awaitsOnlyOurs(int id) {
    return awaitingOurReset.get(id) && !awaitingPeersReset.get(id);
  }

  void ourResetDone(int id) {
    awaitingOurReset.clear(id);
    freeIfDone(id);
  }

  void peersResetDone(int id) {
    awaitingPeersReset.clear(id);
    freeIfDone(id);
  }

  private void freeIfDone(int id) {
    if (!channels.containsKey(id) && !isResetting(id)) {
      taken[id & 1].clear(id >> 1);
    }
  }

  /** The streams that a reset names; none named means all that matter to us. */
  List<Integer> named(List<Integer> ids) {
    if (!ids.isEmpty()) {
      return ids;
    }
    TreeSet<Integer> all = new TreeSet<>(channels.keySet());
    awaitingOurReset.stream().forEach(all::add);
    awaitingPeersReset.stream().forEach(all::add);
    return List.copyOf(all);
  }

  void clear() {
    channels.clear();
    awaitingOurReset.clear();
    awaitingPeersReset.clear();
    taken[0].clear();
    taken[1].clear();
  }
}
