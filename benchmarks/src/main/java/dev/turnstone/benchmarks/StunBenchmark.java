package dev.turnstone.benchmarks;

import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A Binding request as a connectivity check carries it (RFC 8445 section 7.1). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StunBenchmark {
  private final IntegrityKey key = IntegrityKey.shortTerm("l298eV2Cs1maeCMsQvKFdYpx");
  private final ByteBuffer out = ByteBuffer.allocate(576);
  private StunMessage request;
  private ByteBuffer datagram;

  /** Writes the request that is read, and checks that both of its seals are right. */
  @Setup
  public void writeRequest() throws StunParseException {
    request =
        new StunMessage(
            MessageClass.REQUEST,
            StunMethod.BINDING,
            new TransactionId(0x01020304, 0x05060708090a0b0cL),
            new StunAttribute.Username("47NeTurn:evtjStone"),
            new StunAttribute.IceControlling(0x932ff9b151263b36L),
            new StunAttribute.UseCandidate(),
            new StunAttribute.Priority(1_853_817_087L));
    int length = encode();
    datagram = ByteBuffer.allocate(length).put(out.duplicate().flip()).flip();
    decodeAndVerify();
  }

  /** Writes the request with MESSAGE-INTEGRITY and FINGERPRINT. */
  @Benchmark
  public int encode() {
    request.encoder(out.clear()).integrity(key).fingerprint().finish();
    return out.position();
  }

  /** Reads the request, checks FINGERPRINT and MESSAGE-INTEGRITY. */
  @Benchmark
  public StunMessage decodeAndVerify() throws StunParseException {
    StunMessage message = StunMessage.parse(datagram);
    if (StunFingerprint.verify(datagram) != Verdict.VALID
        || StunIntegrity.verify(datagram, key) != Verdict.VALID) {
      throw new IllegalStateException("the request is not genuine");
    }
    return message;
  }
}
