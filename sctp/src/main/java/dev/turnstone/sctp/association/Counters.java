package dev.turnstone.sctp.association;

/** What the association counts of itself; its halves count what is theirs. */
final class Counters {
  long packetsSent;
  long bytesSent;
  long packetsReceived;
  long bytesReceived;
  long messagesReceived;
  long malformedPackets;
  long badChecksums;
  long badVerificationTags;
  long protocolErrors;
  long pathChanges;

  /** What halves counted that are gone: the peer restarted. */
  long retransmissions;

  long fastRetransmissions;
  long spuriousRetransmissions;
  long tailLossProbes;
  long timeouts;
  long duplicateChunks;
}
