package dev.turnstone.ice.agent;

/** What became of what arrived. */
final class AgentCounters {
  long checksAccepted;
  long malformed;
  long unauthenticated;
  long overflow;
  long roleConflicts;

  /** Data, over all pairs that there have been. */
  long packetsSent;

  long bytesSent;
  long packetsReceived;
  long bytesReceived;
}
