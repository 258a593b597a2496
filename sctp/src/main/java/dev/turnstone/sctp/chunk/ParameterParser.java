package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** From the bytes of one parameter to its record; each form is checked against its length here. */
final class ParameterParser {
  private ParameterParser() {}

  static Parameter parse(int type, ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    switch (type) {
      case 1:
        return new Parameter.HeartbeatInfo(in.slice(offset, length));
      case 5:
        check(length == 4);
        return new Parameter.Ipv4Address(in.slice(offset, length));
      case 6:
        check(length == 16);
        return new Parameter.Ipv6Address(in.slice(offset, length));
      case 7:
        return new Parameter.StateCookie(in.slice(offset, length));
      case 8:
        return new Parameter.UnrecognizedParameter(in.slice(offset, length));
      case 9:
        check(length == 4);
        return new Parameter.CookiePreservative(Integer.toUnsignedLong(in.getInt(offset)));
      case 12:
        return new Parameter.SupportedAddressTypes(shorts(in, offset, length));
      case 13, 14, 15, 16, 17, 18:
        return reconfig(type, in, offset, length);
      case 0x8000:
        return new Parameter.Ecn();
      case 0x8001:
        if (length != 4) {
          // Its first draft had no value, and such peers are about. The type's bits say to skip
          // what
          // is not understood, and this is safe to skip: it announces nothing.
          return new Parameter.UnknownParameter(type, in.slice(offset, length));
        }
        return new Parameter.ZeroChecksumAcceptable(Integer.toUnsignedLong(in.getInt(offset)));
      case 0x8008:
        int[] types = new int[length];
        for (int i = 0; i < length; i++) {
          types[i] = Byte.toUnsignedInt(in.get(offset + i));
        }
        return new Parameter.SupportedExtensions(types);
      case 0xC000:
        return new Parameter.ForwardTsnSupported();
      default:
        return new Parameter.UnknownParameter(type, in.slice(offset, length));
    }
  }

  private static Parameter reconfig(int type, ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    check(length >= 4);
    int sequence = in.getInt(offset);
    switch (type) {
      case 13:
        check(length >= 12);
        return new ReconfigParameter.OutgoingSsnReset(
            sequence,
            in.getInt(offset + 4),
            in.getInt(offset + 8),
            streams(in, offset + 12, length - 12));
      case 14:
        return new ReconfigParameter.IncomingSsnReset(
            sequence, streams(in, offset + 4, length - 4));
      case 15:
        check(length == 4);
        return new ReconfigParameter.SsnTsnReset(sequence);
      case 16:
        check(length == 8 || length == 16);
        long result = Integer.toUnsignedLong(in.getInt(offset + 4));
        return length == 8
            ? new ReconfigParameter.ReconfigResponse(sequence, result)
            : new ReconfigParameter.ReconfigResponse(
                sequence, result, true, in.getInt(offset + 8), in.getInt(offset + 12));
      default:
        check(length == 8);
        int streams = Short.toUnsignedInt(in.getShort(offset + 4));
        return type == 17
            ? new ReconfigParameter.AddOutgoingStreams(sequence, streams)
            : new ReconfigParameter.AddIncomingStreams(sequence, streams);
    }
  }

  private static List<Integer> streams(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    check(length % 2 == 0);
    List<Integer> streams = new ArrayList<>(length / 2);
    for (int at = offset; at < offset + length; at += 2) {
      streams.add(Short.toUnsignedInt(in.getShort(at)));
    }
    return streams;
  }

  private static int[] shorts(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    check(length % 2 == 0);
    int[] values = new int[length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = Short.toUnsignedInt(in.getShort(offset + 2 * i));
    }
    return values;
  }

  private static void check(boolean wellFormed) throws MalformedPacketException {
    if (!wellFormed) {
      throw new MalformedPacketException(Malformed.PARAMETER);
    }
  }
}
