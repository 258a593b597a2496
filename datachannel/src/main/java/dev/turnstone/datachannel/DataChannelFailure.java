package dev.turnstone.datachannel;

/** Why a channel failed. */
public enum DataChannelFailure {
  /** The peer reset the stream instead of acknowledging the OPEN (RFC 8832 section 6). */
  REFUSED_BY_PEER,
  /** There is no stream for it: none is free, or the peer takes too few. */
  NO_STREAM,
  /** The peer broke RFC 8831 or RFC 8832 on this channel. */
  PROTOCOL_VIOLATION,
  /** The peer forgot the association and began anew. */
  PEER_RESTARTED,
  /** The peer aborted the association: what was under way is lost. Some stacks always end so. */
  ABORTED_BY_PEER,
  /** The association could not be established, or the peer stopped answering. */
  ASSOCIATION_FAILED
}
