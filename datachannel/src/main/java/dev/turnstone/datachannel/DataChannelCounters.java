package dev.turnstone.datachannel;

/**
 * What a peer sent that led to nothing.
 *
 * @param messagesWithoutChannel messages on streams that no open channel has
 * @param messagesAfterClose messages on channels that this side had begun to close
 * @param malformedMessages DCEP messages that could not be read or made no sense, unknown PPIDs
 * @param channelsRefused OPENs that were well formed and yet refused
 */
public record DataChannelCounters(
    long messagesWithoutChannel,
    long messagesAfterClose,
    long malformedMessages,
    long channelsRefused) {}
