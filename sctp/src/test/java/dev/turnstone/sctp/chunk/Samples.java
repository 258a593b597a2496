package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/** One of each: every chunk, every parameter, every cause. */
final class Samples {
  private Samples() {}

  static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  static List<Parameter> initParameters() {
    return List.of(
        new Parameter.Ipv4Address(bytes(192, 0, 2, 1)),
        new Parameter.Ipv6Address(bytes(0x20, 1, 13, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
        new Parameter.StateCookie(bytes(1, 2, 3, 4, 5)),
        new Parameter.UnrecognizedParameter(bytes(0xC1, 0, 0, 4)),
        new Parameter.CookiePreservative(0xFFFFFFFFL),
        new Parameter.SupportedAddressTypes(new int[] {5, 6, 11}),
        new Parameter.Ecn(),
        new Parameter.ZeroChecksumAcceptable(Parameter.ZeroChecksumAcceptable.OVER_DTLS),
        new Parameter.SupportedExtensions(new int[] {0x82, 0xC0, 0x40}),
        new Parameter.ForwardTsnSupported(),
        new Parameter.UnknownParameter(0x8002, bytes(9, 9, 9)));
  }

  static List<Parameter> reconfigParameters() {
    return List.of(
        new ReconfigParameter.OutgoingSsnReset(-1, 7, 8, List.of(1, 65535, 3)),
        new ReconfigParameter.OutgoingSsnReset(-1, 7, 8, List.of()),
        new ReconfigParameter.IncomingSsnReset(5, List.of(0)),
        new ReconfigParameter.SsnTsnReset(6),
        new ReconfigParameter.ReconfigResponse(
            7, ReconfigParameter.ReconfigResponse.BAD_SEQUENCE_NUMBER),
        new ReconfigParameter.ReconfigResponse(7, 1, true, -5, 12),
        new ReconfigParameter.AddOutgoingStreams(8, 65535),
        new ReconfigParameter.AddIncomingStreams(9, 1));
  }

  static List<ErrorCause> causes() {
    return List.of(
        new ErrorCause.InvalidStreamIdentifier(65535),
        new ErrorCause.MissingMandatoryParameter(List.of(7, 65535, 1)),
        new ErrorCause.StaleCookie(0xFFFFFFFFL),
        new ErrorCause.OutOfResource(),
        new ErrorCause.UnresolvableAddress(bytes(0, 11, 0, 5, 'x')),
        new ErrorCause.UnrecognizedChunkType(bytes(0xFE, 0, 0, 4)),
        new ErrorCause.InvalidMandatoryParameter(),
        new ErrorCause.UnrecognizedParameters(bytes(0xC1, 0, 0, 4)),
        new ErrorCause.NoUserData(-2),
        new ErrorCause.CookieReceivedWhileShuttingDown(),
        new ErrorCause.RestartWithNewAddresses(bytes(0, 5, 0, 8, 10, 0, 0, 1)),
        ErrorCause.UserInitiatedAbort.of("enough"),
        ErrorCause.ProtocolViolation.of("B after B"),
        new ErrorCause.UnknownCause(200, bytes(1)));
  }

  static List<Chunk> chunks() {
    return List.of(
        new DataChunk(-1, 65535, 65535, 0xFFFFFFFFL, true, false, true, false, bytes(1, 2, 3)),
        new DataChunk(1, 2, 3, 51, false, true, false, true, bytes(1, 2, 3, 4)),
        new DataChunk(1, 2, 3, 51, false, true, false, true, bytes()),
        new IDataChunk(5, 6, -7, 53, 0, false, true, false, false, bytes(1)),
        new IDataChunk(5, 6, -7, 0, -9, true, false, true, true, bytes(1, 2)),
        new InitChunk(-3, 0xFFFFFFFFL, 65535, 1, -8, initParameters()),
        new InitChunk(3, 1500, 1, 65535, 8, List.of()),
        new InitAckChunk(-3, 0xFFFFFFFFL, 65535, 1, -8, initParameters()),
        new SackChunk(-4, 0xFFFFFFFFL, new int[] {2, 2, 4, 65535}, new int[] {-4, 9}),
        new SackChunk(4, 0, new int[0], new int[0]),
        new HeartbeatChunk(new Parameter.HeartbeatInfo(bytes(1, 2, 3, 4, 5, 6, 7))),
        new HeartbeatAckChunk(new Parameter.HeartbeatInfo(bytes())),
        new AbortChunk(true, causes()),
        new AbortChunk(false, List.of()),
        new ShutdownChunk(-7),
        new ShutdownAckChunk(),
        new ErrorChunk(causes()),
        new CookieEchoChunk(bytes(1, 2, 3, 4, 5, 6)),
        new CookieAckChunk(),
        new ShutdownCompleteChunk(true),
        new ShutdownCompleteChunk(false),
        new ForwardTsnChunk(
            -6, List.of(new ForwardTsnChunk.Skip(65535, 0), new ForwardTsnChunk.Skip(0, 65535))),
        new ForwardTsnChunk(6, List.of()),
        new IForwardTsnChunk(
            -6,
            List.of(
                new IForwardTsnChunk.Skip(65535, true, -1),
                new IForwardTsnChunk.Skip(0, false, 1))),
        new ReconfigChunk(reconfigParameters()),
        new PadChunk(9),
        new UnknownChunk(0xFE, 0x55, bytes(1, 2, 3, 4, 5)));
  }

  /** One packet with all the chunks in it. */
  static byte[] packet() {
    ByteBuffer into = ByteBuffer.allocate(4096);
    PacketWriter writer = new PacketWriter();
    writer.begin(into, 5000, 5001, 0xCAFEBABE);
    chunks().forEach(writer::write);
    writer.finish();
    byte[] packet = new byte[into.position()];
    into.get(0, packet);
    return packet;
  }
}
