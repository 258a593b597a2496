package dev.turnstone.datachannel;

/** Counts what a peer sent that led to nothing; see {@link DataChannelCounters}. */
final class Tally {
  long messagesWithoutChannel;
  long messagesAfterClose;
  long malformedMessages;
  long channelsRefused;

  DataChannelCounters snapshot() {
    return new DataChannelCounters(
        messagesWithoutChannel, messagesAfterClose, malformedMessages, channelsRefused);
  }
}
