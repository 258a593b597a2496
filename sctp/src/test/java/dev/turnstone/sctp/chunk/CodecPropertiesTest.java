package dev.turnstone.sctp.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What is written reads as the same, and whatever bytes come, reading ends in order. */
class CodecPropertiesTest {
  private static final Arbitrary<Boolean> ANY = Arbitraries.of(true, false);
  private static final Arbitrary<Integer> INTS = Arbitraries.integers();
  private static final Arbitrary<Integer> SHORTS = Arbitraries.integers().between(0, 65535);
  private static final Arbitrary<Long> UNSIGNED = INTS.map(Integer::toUnsignedLong);

  private final PacketReader reader = new PacketReader();

  @Provide
  Arbitrary<List<Chunk>> chunks() {
    return Arbitraries.oneOf(
            data(), sacks(), inits(), forwards(), reconfigs(), ends(), errors(), others())
        .list()
        .ofMaxSize(8);
  }

  @Property(seed = "4")
  void whatIsWrittenReadsAsTheSame(@ForAll("chunks") List<Chunk> chunks) {
    ByteBuffer packet = ByteBuffer.allocate(20_000);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 1, 2, 3);
    chunks.forEach(writer::write);
    writer.finish();
    assertTrue(reader.open(packet.flip(), false));
    List<Chunk> read = readAll();
    assertNull(reader.malformed());
    assertEquals(chunks, read);
  }

  @Property(seed = "5")
  void randomBytesAreReadOrMalformed(@ForAll @Size(max = 200) byte[] bytes) {
    boolean opened = reader.open(ByteBuffer.wrap(bytes), true);
    assertEquals(opened, reader.malformed() == null);
    if (opened) {
      readAll();
    }
  }

  @Property(seed = "6")
  void bytesThatChangeInARealPacketAreReadOrMalformed(
      @ForAll("chunks") List<Chunk> chunks, @ForAll @Size(max = 6) List<Integer> changes) {
    ByteBuffer packet = ByteBuffer.allocate(20_000);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 1, 2, 3);
    chunks.forEach(writer::write);
    writer.finishWithoutChecksum();
    packet.flip();
    for (int change : changes) {
      int at = CommonHeader.LENGTH + Integer.remainderUnsigned(change, packet.limit());
      if (at < packet.limit()) {
        packet.put(at, (byte) (change >> 24));
      }
    }
    assertTrue(reader.open(packet, true));
    readAll();
  }

  private List<Chunk> readAll() {
    List<Chunk> read = new ArrayList<>();
    for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
      read.add(chunk);
    }
    assertEquals(0, reader.remaining());
    return read;
  }

  private static Arbitrary<ByteBuffer> bytes(int most) {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(most).map(ByteBuffer::wrap);
  }

  private static Arbitrary<Chunk> data() {
    Arbitrary<Chunk> data =
        Combinators.combine(INTS, SHORTS, SHORTS, UNSIGNED, ANY, ANY, ANY, bytes(60))
            .as(
                (tsn, stream, ssn, ppid, unordered, begins, ends, payload) ->
                    new DataChunk(
                        tsn, stream, ssn, ppid, unordered, begins, ends, !begins, payload));
    Arbitrary<Chunk> iData =
        Combinators.combine(INTS, SHORTS, INTS, UNSIGNED, ANY, ANY, ANY, bytes(60))
            .as(
                (tsn, stream, mid, number, unordered, begins, ends, payload) ->
                    new IDataChunk(
                        tsn,
                        stream,
                        mid,
                        begins ? number : 0,
                        begins ? 0 : (int) (long) number,
                        unordered,
                        begins,
                        ends,
                        !ends,
                        payload));
    return Arbitraries.oneOf(data, iData);
  }

  private static Arbitrary<Chunk> sacks() {
    Arbitrary<int[]> gap =
        Combinators.combine(SHORTS.filter(start -> start > 0), SHORTS)
            .as((start, length) -> new int[] {start, Math.min(65535, start + length)});
    return Combinators.combine(
            INTS, UNSIGNED, gap.list().ofMaxSize(9), INTS.array(int[].class).ofMaxSize(5))
        .as(
            (tsn, window, gaps, duplicates) ->
                new SackChunk(
                    tsn, window, gaps.stream().flatMapToInt(Arrays::stream).toArray(), duplicates));
  }

  private static Arbitrary<Chunk> inits() {
    Arbitrary<List<Parameter>> parameters =
        Arbitraries.of(Samples.initParameters()).list().ofMaxSize(5);
    return Combinators.combine(ANY, INTS, UNSIGNED, SHORTS, SHORTS, INTS, parameters)
        .as(
            (answer, tag, window, out, in, tsn, list) ->
                answer
                    ? new InitAckChunk(tag, window, out, in, tsn, list)
                    : new InitChunk(tag, window, out, in, tsn, list));
  }

  private static Arbitrary<Chunk> forwards() {
    Arbitrary<Chunk> plain =
        Combinators.combine(
                INTS,
                Combinators.combine(SHORTS, SHORTS)
                    .as(ForwardTsnChunk.Skip::new)
                    .list()
                    .ofMaxSize(9))
            .as(ForwardTsnChunk::new);
    Arbitrary<Chunk> interleaved =
        Combinators.combine(
                INTS,
                Combinators.combine(SHORTS, ANY, INTS)
                    .as(IForwardTsnChunk.Skip::new)
                    .list()
                    .ofMaxSize(9))
            .as(IForwardTsnChunk::new);
    return Arbitraries.oneOf(plain, interleaved);
  }

  private static Arbitrary<Chunk> reconfigs() {
    Arbitrary<Parameter> resets =
        Combinators.combine(INTS, INTS, INTS, SHORTS.list().ofMaxSize(9))
            .as(ReconfigParameter.OutgoingSsnReset::new);
    Arbitrary<Parameter> incoming =
        Combinators.combine(INTS, SHORTS.list().ofMaxSize(9))
            .as(ReconfigParameter.IncomingSsnReset::new);
    Arbitrary<Parameter> answers =
        Combinators.combine(INTS, UNSIGNED, ANY, INTS, INTS)
            .as(
                (request, result, tsns, mine, yours) ->
                    new ReconfigParameter.ReconfigResponse(
                        request, result, tsns, tsns ? mine : 0, tsns ? yours : 0));
    Arbitrary<Parameter> added =
        Combinators.combine(INTS, SHORTS, ANY)
            .as(
                (request, streams, out) ->
                    out
                        ? new ReconfigParameter.AddOutgoingStreams(request, streams)
                        : new ReconfigParameter.AddIncomingStreams(request, streams));
    return Arbitraries.oneOf(resets, incoming, answers, added)
        .list()
        .ofMinSize(1)
        .ofMaxSize(2)
        .map(ReconfigChunk::new);
  }

  private static Arbitrary<Chunk> ends() {
    return Arbitraries.oneOf(
        INTS.map(ShutdownChunk::new),
        Arbitraries.of(new ShutdownAckChunk(), new CookieAckChunk()),
        ANY.map(ShutdownCompleteChunk::new));
  }

  private static Arbitrary<Chunk> errors() {
    Arbitrary<List<ErrorCause>> causes = Arbitraries.of(Samples.causes()).list().ofMaxSize(4);
    return Combinators.combine(ANY, ANY, causes)
        .as(
            (aborts, reflected, list) ->
                aborts ? new AbortChunk(reflected, list) : new ErrorChunk(list));
  }

  private static Arbitrary<Chunk> others() {
    Arbitrary<Parameter.HeartbeatInfo> info = bytes(40).map(Parameter.HeartbeatInfo::new);
    Arbitrary<Chunk> unknown =
        Combinators.combine(
                Arbitraries.integers().between(195, 255),
                Arbitraries.integers().between(0, 255),
                bytes(40))
            .as(UnknownChunk::new);
    return Arbitraries.oneOf(
        info.map(HeartbeatChunk::new),
        info.map(HeartbeatAckChunk::new),
        bytes(60).map(CookieEchoChunk::new),
        Arbitraries.integers().between(0, 200).map(PadChunk::new),
        unknown);
  }
}
