package dev.turnstone.sctp.association;

import java.util.TreeSet;

/**
 * What the layer above, or the peer by one of its requests, wants of RFC 6525 and is in no request
 * of ours yet. There before the peer is known.
 */
final class Wishes {
  /** Our streams that are to be reset, in the order of their ids. */
  final TreeSet<Integer> outgoingResets = new TreeSet<>();

  /** The peer's streams that it is to be asked to reset. */
  final TreeSet<Integer> incomingResets = new TreeSet<>();

  /** How many more streams we want to send on. */
  int outgoingStreams;

  /** On how many more streams the peer is to send. */
  int incomingStreams;

  /** All numbers are to begin anew. */
  boolean sequenceNumbers;

  boolean isEmpty() {
    return outgoingResets.isEmpty()
        && incomingResets.isEmpty()
        && outgoingStreams == 0
        && incomingStreams == 0
        && !sequenceNumbers;
  }

  void clear() {
    outgoingResets.clear();
    incomingResets.clear();
    outgoingStreams = 0;
    incomingStreams = 0;
    sequenceNumbers = false;
  }
}
