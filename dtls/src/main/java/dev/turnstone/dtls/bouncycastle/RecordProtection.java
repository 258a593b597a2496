package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.record.Aead;
import dev.turnstone.dtls.record.Opening;
import dev.turnstone.dtls.record.Sealing;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;

/**
 * The two directions of a connection's keys, and the shape in which BouncyCastle uses them. Its
 * handshake messages and alerts are sealed by the same {@link Sealing} as application data, under
 * numbers from the same counter, and opened by the same {@link Opening}, past the same replay
 * window. BouncyCastle counts for itself too: its number is overwritten on the way out ({@link
 * #stamp}).
 *
 * <p>A bad record is dropped where BouncyCastle's own cipher would end the connection: RFC 6347
 * section 4.1.2.7 wants invalid records discarded, since anybody can send one.
 */
final class RecordProtection implements TlsCipher {
  private final Aead aead;
  private final Sealing sealing;
  private final Opening opening;

  /** Whether a record was sealed for BouncyCastle that still bears BouncyCastle's number. */
  private boolean unstamped;

  RecordProtection(Aead aead, Sealing sealing, Opening opening) {
    this.aead = aead;
    this.sealing = sealing;
    this.opening = opening;
  }

  Sealing sealing() {
    return sealing;
  }

  Opening opening() {
    return opening;
  }

  @Override
  public TlsEncodeResult encodePlaintext(
      long sequence,
      short contentType,
      ProtocolVersion recordVersion,
      int headerAllocation,
      byte[] plaintext,
      int offset,
      int length)
      throws IOException {
    if (unstamped || headerAllocation != Sealing.HEADER_BYTES) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "records are sealed one by one");
    }
    byte[] record = new byte[aead.overheadBytes() + length];
    System.arraycopy(plaintext, offset, record, sealing.headroomBytes(), length);
    sealing.seal(contentType, record, sealing.headroomBytes(), length);
    unstamped = true;
    return new TlsEncodeResult(record, 0, record.length, contentType);
  }

  /** Puts the number that a record of BouncyCastle's was sealed under into its header. */
  void stamp(byte[] record, int offset) {
    if (!unstamped) {
      throw new IllegalStateException("a protected record that was not sealed here");
    }
    unstamped = false;
    ByteBuffer header = ByteBuffer.wrap(record);
    long number = sealing.lastNumber();
    header.putShort(offset + 5, (short) (number >>> 32)).putInt(offset + 7, (int) number);
  }

  @Override
  public TlsDecodeResult decodeCiphertext(
      long sequence,
      short recordType,
      ProtocolVersion recordVersion,
      byte[] ciphertext,
      int offset,
      int length)
      throws IOException {
    int plaintext = opening.open(recordType, sequence, ciphertext, offset, length);
    int at = opening.dataAt(offset);
    // A peer that has keys is still not to be trusted with our memory.
    if (plaintext == Opening.REFUSED
        || (recordType == ContentType.handshake
            && !Records.asksForLittle(ByteBuffer.wrap(ciphertext, at, plaintext)))) {
      // BouncyCastle takes this one alert for "discard the record" (RFC 6347 section 4.1.2.7).
      throw new TlsFatalAlert(AlertDescription.bad_record_mac);
    }
    return new TlsDecodeResult(ciphertext, at, plaintext, recordType);
  }

  @Override
  public int getCiphertextDecodeLimit(int plaintextLimit) {
    return plaintextLimit + expansion();
  }

  @Override
  public int getCiphertextEncodeLimit(int plaintextLimit) {
    return plaintextLimit + expansion();
  }

  @Override
  public int getPlaintextDecodeLimit(int ciphertextLimit) {
    return ciphertextLimit - expansion();
  }

  @Override
  public int getPlaintextEncodeLimit(int ciphertextLimit) {
    return ciphertextLimit - expansion();
  }

  private int expansion() {
    return aead.overheadBytes() - Sealing.HEADER_BYTES;
  }

  @Override
  public void rekeyDecoder() throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error, "DTLS 1.2 has no key updates");
  }

  @Override
  public void rekeyEncoder() throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error, "DTLS 1.2 has no key updates");
  }

  @Override
  public boolean usesOpaqueRecordTypeDecode() {
    return false;
  }

  @Override
  public boolean usesOpaqueRecordTypeEncode() {
    return false;
  }
}
