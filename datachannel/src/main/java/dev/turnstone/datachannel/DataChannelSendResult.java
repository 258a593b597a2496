package dev.turnstone.datachannel;

/** What became of a message that was handed to {@link DataChannels#send}. */
public enum DataChannelSendResult {
  /** Taken whole: it will be sent. */
  QUEUED,
  /** Not taken: the association's send buffer is full. */
  BUFFER_FULL,
  /** Not taken: the channel cannot send, not yet or not any more. */
  NOT_OPEN,
  /** Not taken: larger than what the peer takes, or than we can send. */
  TOO_LARGE
}
