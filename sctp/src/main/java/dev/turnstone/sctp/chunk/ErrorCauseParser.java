package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * From the bytes of one cause to its record. Causes are for people to read, so one whose value has
 * another form than its code says stays an {@link ErrorCause.UnknownCause}: the ABORT around it
 * still counts.
 */
final class ErrorCauseParser {
  private ErrorCauseParser() {}

  static ErrorCause parse(int code, ByteBuffer in, int offset, int length) {
    ErrorCause cause =
        switch (code) {
          case 1 ->
              length == 4
                  ? new ErrorCause.InvalidStreamIdentifier(Short.toUnsignedInt(in.getShort(offset)))
                  : null;
          case 2 -> missing(in, offset, length);
          case 3 ->
              length == 4
                  ? new ErrorCause.StaleCookie(Integer.toUnsignedLong(in.getInt(offset)))
                  : null;
          case 4 -> length == 0 ? new ErrorCause.OutOfResource() : null;
          case 5 -> new ErrorCause.UnresolvableAddress(in.slice(offset, length));
          case 6 -> new ErrorCause.UnrecognizedChunkType(in.slice(offset, length));
          case 7 -> length == 0 ? new ErrorCause.InvalidMandatoryParameter() : null;
          case 8 -> new ErrorCause.UnrecognizedParameters(in.slice(offset, length));
          case 9 -> length == 4 ? new ErrorCause.NoUserData(in.getInt(offset)) : null;
          case 10 -> length == 0 ? new ErrorCause.CookieReceivedWhileShuttingDown() : null;
          case 11 -> new ErrorCause.RestartWithNewAddresses(in.slice(offset, length));
          case 12 -> new ErrorCause.UserInitiatedAbort(in.slice(offset, length));
          case 13 -> new ErrorCause.ProtocolViolation(in.slice(offset, length));
          default -> null;
        };
    return cause != null ? cause : new ErrorCause.UnknownCause(code, in.slice(offset, length));
  }

  private static ErrorCause missing(ByteBuffer in, int offset, int length) {
    if (length < 4 || length % 2 != 0 || in.getInt(offset) != (length - 4) / 2) {
      return null;
    }
    List<Integer> types = new ArrayList<>((length - 4) / 2);
    for (int at = offset + 4; at < offset + length; at += 2) {
      types.add(Short.toUnsignedInt(in.getShort(at)));
    }
    return new ErrorCause.MissingMandatoryParameter(types);
  }
}
