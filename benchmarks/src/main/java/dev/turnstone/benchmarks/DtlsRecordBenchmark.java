package dev.turnstone.benchmarks;

import dev.turnstone.dtls.record.Aead;
import dev.turnstone.dtls.record.KeysExhaustedException;
import dev.turnstone.dtls.record.Opening;
import dev.turnstone.dtls.record.Sealing;
import dev.turnstone.dtls.record.WriteKey;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The record layer alone: 1200 bytes of application data sealed in place, and opened in place after
 * the copy that takes a datagram off its direct buffer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DtlsRecordBenchmark {
  private static final int PAYLOAD = 1200;
  private static final int HEADER = Sealing.HEADER_BYTES;

  /** Each can be opened once by one {@link Opening}: so many share one. */
  private static final int RECORDS = 512;

  /** What the cipher suite says. */
  @Param public Aead aead;

  private final byte[] slab = new byte[2048];
  private final ByteBuffer[] records = new ByteBuffer[RECORDS];
  private Sealing sealing;
  private WriteKey key;
  private Opening opening;
  private int at;

  /** Seals what is to be opened. */
  @Setup
  public void sealRecords() throws KeysExhaustedException {
    key = WriteKey.ofClient(aead, new byte[aead.keyBlockBytes()]);
    sealing = new Sealing(key);
    for (int i = 0; i < RECORDS; i++) {
      int length = seal();
      records[i] = ByteBuffer.allocateDirect(length);
      records[i].put(slab, 0, length).flip();
    }
    opening = new Opening(key);
  }

  /** A record made where its data lies. */
  @Benchmark
  public int seal() throws KeysExhaustedException {
    return sealing.seal(Sealing.APPLICATION_DATA, slab, sealing.headroomBytes(), PAYLOAD);
  }

  /** A datagram copied, and its record opened in the copy. */
  @Benchmark
  public int open() {
    if (at == RECORDS) {
      at = 0;
      opening = new Opening(key);
    }
    ByteBuffer record = records[at++];
    int length = record.limit();
    record.get(0, slab, 0, length);
    int bytes = opening.open(slab[0], record.getLong(3), slab, HEADER, length - HEADER);
    if (bytes != PAYLOAD) {
      throw new IllegalStateException("a record was refused");
    }
    return bytes;
  }
}
