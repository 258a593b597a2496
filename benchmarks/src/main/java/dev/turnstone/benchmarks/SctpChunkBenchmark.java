package dev.turnstone.benchmarks;

import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * SCTP packets to bytes and back, checksum included: one with a DATA chunk that fills it, one with
 * a SACK that reports 16 gaps.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SctpChunkBenchmark {
  private static final int PORT = 5000;
  private static final int TAG = 0x12345678;
  private static final int PAYLOAD = 1160;
  private static final int GAPS = 16;
  private static final long PPID_BINARY = 53;

  private final PacketWriter writer = new PacketWriter();
  private final PacketReader reader = new PacketReader();
  private final ByteBuffer out = ByteBuffer.allocate(1200);
  private final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD);
  private ByteBuffer dataPacket;
  private ByteBuffer sackPacket;
  private SackChunk sack;
  private int tsn;

  /** Writes the packets that are read, and checks that they read back. */
  @Setup
  public void writePackets() {
    for (int i = 0; i < PAYLOAD; i++) {
      payload.put(i, (byte) (31 * i));
    }
    int[] gaps = new int[2 * GAPS];
    for (int i = 0; i < GAPS; i++) {
      gaps[2 * i] = 3 * i + 2;
      gaps[2 * i + 1] = 3 * i + 3;
    }
    sack = new SackChunk(1_000_000, 5_000_000, gaps, new int[0]);
    encodeData();
    dataPacket = copyOfOut();
    encodeSack();
    sackPacket = copyOfOut();
    if (!(decodeData() instanceof DataChunk data) || !data.payload().equals(payload)) {
      throw new IllegalStateException("DATA was not read back");
    }
    if (!sack.equals(decodeSack())) {
      throw new IllegalStateException("SACK was not read back");
    }
  }

  private ByteBuffer copyOfOut() {
    return ByteBuffer.allocate(out.position()).put(out.duplicate().flip()).flip();
  }

  /** One full DATA packet, as the send path writes it: without a record for the chunk. */
  @Benchmark
  public int encodeData() {
    writer.begin(out.clear(), PORT, PORT, TAG);
    int flags = DataChunk.flags(false, true, true, false);
    writer.writeData(++tsn, 1, tsn & 0xffff, PPID_BINARY, flags, payload, 0, PAYLOAD);
    return writer.finish();
  }

  /** One full DATA packet. */
  @Benchmark
  public Chunk decodeData() {
    return decode(dataPacket);
  }

  /** One SACK packet. */
  @Benchmark
  public int encodeSack() {
    writer.begin(out.clear(), PORT, PORT, TAG);
    writer.write(sack);
    return writer.finish();
  }

  /** One SACK packet. */
  @Benchmark
  public Chunk decodeSack() {
    return decode(sackPacket);
  }

  private Chunk decode(ByteBuffer packet) {
    if (!reader.open(packet, false)) {
      throw new IllegalStateException("the packet was refused: " + reader.malformed());
    }
    return reader.next();
  }
}
