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

  void handleRoundTrip(long nanos) {
    responsesReceived++;
    roundTripNanos = nanos;
    totalRoundTripNanos += nanos;
  }
}
