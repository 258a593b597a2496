package dev.turnstone.ice.agent;

/** What went over one pair, for statistics. */
final class PairCounters {
  long requestsSent;
  long requestsReceived;
  long responsesSent;
  long responsesReceived;
  long consentRequestsSent;
  long roundTripNanos = -1;
  long totalRoundTripNanos;
  long packetsSent;
  long bytesSent;
  long packetsReceived;
  long bytesReceived;
  long lastSentAt = -1;
  long lastReceivedAt = -1;

  void handleSent(int length, long now) {
    packetsSent++;
    bytesSent += length;
    lastSentAt = now;
  }

  void handleReceived(int length, long now) {
    packetsReceived++;
    bytesReceived += length;
    lastReceivedAt = now;
  }

  void handleRoundTrip(long nanos) {
    responsesReceived++;
    roundTripNanos = nanos;
    totalRoundTripNanos += nanos;
  }
}
