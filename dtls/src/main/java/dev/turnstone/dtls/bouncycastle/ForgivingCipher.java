package dev.turnstone.dtls.bouncycastle;

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
 * A cipher that lets a bad record be dropped where BouncyCastle's would end the connection: RFC
 * 6347 section 4.1.2.7 wants invalid records discarded, since anybody can send one.
 */
final class ForgivingCipher implements TlsCipher {
  private final TlsCipher cipher;

  ForgivingCipher(TlsCipher cipher) {
    this.cipher = cipher;
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
    // Too short to hold nonce and tag.
    if (cipher.getPlaintextDecodeLimit(length) < 0) {
      throw discard();
    }
    TlsDecodeResult plain =
        cipher.decodeCiphertext(sequence, recordType, recordVersion, ciphertext, offset, length);
    // A peer that has keys is still not to be trusted with our memory.
    if (plain.contentType == ContentType.handshake
        && !Records.asksForLittle(ByteBuffer.wrap(plain.buf, plain.off, plain.len))) {
      throw discard();
    }
    return plain;
  }

  /** BouncyCastle takes this one alert for "discard the record" (RFC 6347 section 4.1.2.7). */
  private static TlsFatalAlert discard() {
    return new TlsFatalAlert(AlertDescription.bad_record_mac);
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
    return cipher.encodePlaintext(
        sequence, contentType, recordVersion, headerAllocation, plaintext, offset, length);
  }

  @Override
  public int getCiphertextDecodeLimit(int plaintextLimit) {
    return cipher.getCiphertextDecodeLimit(plaintextLimit);
  }

  @Override
  public int getCiphertextEncodeLimit(int plaintextLimit) {
    return cipher.getCiphertextEncodeLimit(plaintextLimit);
  }

  @Override
  public int getPlaintextDecodeLimit(int ciphertextLimit) {
    return cipher.getPlaintextDecodeLimit(ciphertextLimit);
  }

  @Override
  public int getPlaintextEncodeLimit(int ciphertextLimit) {
    return cipher.getPlaintextEncodeLimit(ciphertextLimit);
  }

  @Override
  public void rekeyDecoder() throws IOException {
    cipher.rekeyDecoder();
  }

  @Override
  public void rekeyEncoder() throws IOException {
    cipher.rekeyEncoder();
  }

  @Override
  public boolean usesOpaqueRecordTypeDecode() {
    return cipher.usesOpaqueRecordTypeDecode();
  }

  @Override
  public boolean usesOpaqueRecordTypeEncode() {
    return cipher.usesOpaqueRecordTypeEncode();
  }
}
