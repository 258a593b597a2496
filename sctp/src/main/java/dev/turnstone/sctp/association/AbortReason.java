package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.ErrorCause;
import java.util.List;
import java.util.stream.Collectors;

/** What an ABORT says, in words for people (RFC 9260 section 3.3.10). Bounded and printable. */
final class AbortReason {
  private static final int MOST_CAUSES = 3;

  private AbortReason() {}

  static String of(List<ErrorCause> causes) {
    if (causes.isEmpty()) {
      return "the peer aborted";
    }
    if (causes.get(0) instanceof ErrorCause.UserInitiatedAbort abort) {
      // 3.3.10.12: the reason of the layer above there, for the layer above here.
      return "the peer aborted: " + abort.text();
    }
    return causes.stream()
        .limit(MOST_CAUSES)
        .map(AbortReason::words)
        .collect(Collectors.joining("; ", "the peer aborted, ", ""));
  }

  private static String words(ErrorCause cause) {
    if (cause instanceof ErrorCause.InvalidStreamIdentifier invalid) {
      return "invalid stream identifier: " + invalid.streamId();
    }
    if (cause instanceof ErrorCause.MissingMandatoryParameter missing) {
      List<Integer> types = missing.parameterTypes();
      return "missing mandatory parameter: types "
          + types.subList(0, Math.min(types.size(), MOST_CAUSES));
    }
    if (cause instanceof ErrorCause.StaleCookie stale) {
      return "stale cookie: by " + stale.stalenessMicros() + " us";
    }
    if (cause instanceof ErrorCause.UnrecognizedChunkType unknown) {
      return "unrecognized chunk type"
          + (unknown.chunk().hasRemaining()
              ? ": " + Byte.toUnsignedInt(unknown.chunk().get(unknown.chunk().position()))
              : "");
    }
    if (cause instanceof ErrorCause.NoUserData empty) {
      return "no user data: TSN " + Integer.toUnsignedString(empty.tsn());
    }
    if (cause instanceof ErrorCause.UserInitiatedAbort abort) {
      return "user-initiated abort: " + abort.text();
    }
    if (cause instanceof ErrorCause.ProtocolViolation violation) {
      return "protocol violation: " + violation.text();
    }
    return switch (cause.type()) {
      case 4 -> "out of resource";
      case 5 -> "unresolvable address";
      case 7 -> "invalid mandatory parameter";
      case 8 -> "unrecognized parameters";
      case 10 -> "cookie received while shutting down";
      case 11 -> "restart of an association with new addresses";
      default -> "cause " + cause.type();
    };
  }
}
