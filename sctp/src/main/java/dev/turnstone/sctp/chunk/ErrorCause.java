package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/** An error cause of ABORT or ERROR (RFC 9260 section 3.3.10). */
public sealed interface ErrorCause extends Tlv {

  /** The cause code, 0 to 65535. */
  @Override
  int type();

  /** Bytes of the value, without header and without padding. */
  @Override
  int valueLength();

  /** Writes the value at the position of {@code into} and advances it. */
  @Override
  void writeValue(ByteBuffer into);

  /**
   * Invalid Stream Identifier (RFC 9260 section 3.3.10.1).
   *
   * @param streamId the stream that does not exist, 0 to 65535
   */
  record InvalidStreamIdentifier(int streamId) implements ErrorCause {
    @Override
    public int type() {
      return 1;
    }

    @Override
    public int valueLength() {
      return 4;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putShort((short) streamId).putShort((short) 0);
    }
  }

  /**
   * Missing Mandatory Parameter (RFC 9260 section 3.3.10.2).
   *
   * @param parameterTypes the types of those that are missing
   */
  record MissingMandatoryParameter(List<Integer> parameterTypes) implements ErrorCause {
    /** Copies the list. */
    public MissingMandatoryParameter {
      parameterTypes = List.copyOf(parameterTypes);
    }

    @Override
    public int type() {
      return 2;
    }

    @Override
    public int valueLength() {
      return 4 + 2 * parameterTypes.size();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(parameterTypes.size());
      for (int parameterType : parameterTypes) {
        into.putShort((short) parameterType);
      }
    }
  }

  /**
   * Stale Cookie (RFC 9260 section 3.3.10.3).
   *
   * @param stalenessMicros how long ago it expired, unsigned 32 bits
   */
  record StaleCookie(long stalenessMicros) implements ErrorCause {
    @Override
    public int type() {
      return 3;
    }

    @Override
    public int valueLength() {
      return 4;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt((int) stalenessMicros);
    }
  }

  /** Out of Resource (RFC 9260 section 3.3.10.4). */
  record OutOfResource() implements ErrorCause {
    @Override
    public int type() {
      return 4;
    }

    @Override
    public int valueLength() {
      return 0;
    }

    @Override
    public void writeValue(ByteBuffer into) {}
  }

  /**
   * Unresolvable Address (RFC 9260 section 3.3.10.5).
   *
   * @param parameter the whole address parameter
   */
  record UnresolvableAddress(ByteBuffer parameter) implements ErrorCause {
    @Override
    public int type() {
      return 5;
    }

    @Override
    public int valueLength() {
      return parameter.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, parameter);
    }
  }

  /**
   * Unrecognized Chunk Type (RFC 9260 section 3.3.10.6).
   *
   * @param chunk the whole chunk, header included; see {@link UnknownChunk#toBytes}
   */
  record UnrecognizedChunkType(ByteBuffer chunk) implements ErrorCause {
    @Override
    public int type() {
      return 6;
    }

    @Override
    public int valueLength() {
      return chunk.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, chunk);
    }
  }

  /** Invalid Mandatory Parameter (RFC 9260 section 3.3.10.7). */
  record InvalidMandatoryParameter() implements ErrorCause {
    @Override
    public int type() {
      return 7;
    }

    @Override
    public int valueLength() {
      return 0;
    }

    @Override
    public void writeValue(ByteBuffer into) {}
  }

  /**
   * Unrecognized Parameters (RFC 9260 section 3.3.10.8).
   *
   * @param parameters the whole parameters; see {@link Parameter.UnknownParameter#toBytes}
   */
  record UnrecognizedParameters(ByteBuffer parameters) implements ErrorCause {
    @Override
    public int type() {
      return 8;
    }

    @Override
    public int valueLength() {
      return parameters.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, parameters);
    }
  }

  /**
   * No User Data (RFC 9260 section 3.3.10.9).
   *
   * @param tsn the TSN of the empty DATA chunk
   */
  record NoUserData(int tsn) implements ErrorCause {
    @Override
    public int type() {
      return 9;
    }

    @Override
    public int valueLength() {
      return 4;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(tsn);
    }
  }

  /** Cookie Received While Shutting Down (RFC 9260 section 3.3.10.10). */
  record CookieReceivedWhileShuttingDown() implements ErrorCause {
    @Override
    public int type() {
      return 10;
    }

    @Override
    public int valueLength() {
      return 0;
    }

    @Override
    public void writeValue(ByteBuffer into) {}
  }

  /**
   * Restart of an Association with New Addresses (RFC 9260 section 3.3.10.11).
   *
   * @param addresses the address parameters
   */
  record RestartWithNewAddresses(ByteBuffer addresses) implements ErrorCause {
    @Override
    public int type() {
      return 11;
    }

    @Override
    public int valueLength() {
      return addresses.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, addresses);
    }
  }

  /**
   * User-Initiated Abort (RFC 9260 section 3.3.10.12).
   *
   * @param reason for the user on the other side
   */
  record UserInitiatedAbort(ByteBuffer reason) implements ErrorCause {
    @Override
    public int type() {
      return 12;
    }

    @Override
    public int valueLength() {
      return reason.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, reason);
    }

    /** A cause with a text. */
    public static UserInitiatedAbort of(String text) {
      return new UserInitiatedAbort(Bytes.ofText(text));
    }

    /** The bytes as text: at most 256 of them, and only printable characters. */
    public String text() {
      return Bytes.toText(reason);
    }
  }

  /**
   * Protocol Violation (RFC 9260 section 3.3.10.13).
   *
   * @param information for people
   */
  record ProtocolViolation(ByteBuffer information) implements ErrorCause {
    @Override
    public int type() {
      return 13;
    }

    @Override
    public int valueLength() {
      return information.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, information);
    }

    /** A cause with a text. */
    public static ProtocolViolation of(String text) {
      return new ProtocolViolation(Bytes.ofText(text));
    }

    /** The bytes as text: at most 256 of them, and only printable characters. */
    public String text() {
      return Bytes.toText(information);
    }
  }

  /**
   * A cause that is not known here, or whose value does not have the form of its code.
   *
   * @param type the cause code, 0 to 65535
   * @param value the bytes after the header
   */
  record UnknownCause(int type, ByteBuffer value) implements ErrorCause {
    @Override
    public int valueLength() {
      return value.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, value);
    }
  }
}
