package dev.turnstone.sctp.send;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The queued messages that may be given up to make room for others (RFC 7496 section 3.2): the
 * least important first, the oldest among equals.
 */
final class Displaceable {
  private final TreeSet<OutgoingMessage> messages =
      new TreeSet<>(
          Comparator.comparingInt((OutgoingMessage message) -> -message.priority)
              .thenComparingLong(message -> message.order));

  void add(OutgoingMessage message) {
    if (message.priority >= 0) {
      messages.add(message);
    }
  }

  void remove(OutgoingMessage message) {
    if (message.priority >= 0) {
      messages.remove(message);
    }
  }

  void clear() {
    messages.clear();
  }

  /**
   * What to give up so that so many bytes become free for a message of that priority.
   *
   * @param priority that of the new message; -1, none, is more important than all
   * @return nothing when all that is less important does not have so many bytes: then none of it is
   *     given up in vain
   */
  List<OutgoingMessage> victims(int priority, long bytes) {
    List<OutgoingMessage> victims = new ArrayList<>();
    long missing = bytes;
    for (OutgoingMessage message : messages) {
      if (missing <= 0 || message.priority <= priority) {
        break;
      }
      victims.add(message);
      missing -= message.untaken();
    }
    return missing <= 0 ? victims : List.of();
  }
}
