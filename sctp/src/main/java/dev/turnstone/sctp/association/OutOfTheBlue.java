package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import java.util.List;

/** Packets that belong to no association (RFC 9260 section 8.4). */
final class OutOfTheBlue {
  private final Context context;

  OutOfTheBlue(Context context) {
    this.context = context;
  }

  /**
   * Answers or discards one.
   *
   * @param first its first chunk
   * @param rest holds the others
   */
  void handle(Chunk first, PacketReader rest) {
    int tag = rest.verificationTag();
    context.counters.badVerificationTags++;
    boolean shutdownAck = false;
    boolean silent = false;
    for (Chunk chunk = first; chunk != null; chunk = rest.next()) {
      if (chunk instanceof AbortChunk) {
        // Rule 2, before all others: an ABORT is never answered, whatever comes with it.
        return;
      }
      shutdownAck |= chunk instanceof ShutdownAckChunk;
      // Rules 6 and 7: these are discarded in silence, or there would be no end.
      silent |=
          chunk instanceof ShutdownCompleteChunk
              || chunk instanceof CookieAckChunk
              || chunk instanceof ErrorChunk error && isStaleCookie(error);
    }
    if (shutdownAck) {
      // Rule 5: the sender still waits for a SHUTDOWN COMPLETE that was lost.
      context.outbox.replyAlone(tag, new ShutdownCompleteChunk(true));
    } else if (!silent) {
      // Rule 8: anything else is answered with ABORT, the tag reflected.
      context.outbox.replyAlone(tag, new AbortChunk(true, List.of()));
    }
  }

  private static boolean isStaleCookie(ErrorChunk error) {
    for (ErrorCause cause : error.causes()) {
      if (cause instanceof ErrorCause.StaleCookie) {
        return true;
      }
    }
    return false;
  }
}
