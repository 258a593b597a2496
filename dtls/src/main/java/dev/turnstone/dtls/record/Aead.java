package dev.turnstone.dtls.record;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** What protects a record: encryption with authentication, as the cipher suite says. */
public enum Aead {
  /** RFC 5288: the nonce is four secret bytes, and eight that travel in the record. */
  AES_128_GCM("AES/GCM/NoPadding", "AES", 16, 4, 8, 1L << 48),
  /** The same with a longer key. */
  AES_256_GCM("AES/GCM/NoPadding", "AES", 32, 4, 8, 1L << 48),
  /** RFC 7905: the nonce is twelve secret bytes and the record's number, and does not travel. */
  CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32, 12, 0, Long.MAX_VALUE);

  /** What authenticates a record, at its end. */
  public static final int TAG_BYTES = 16;

  private final String transformation;
  final String keyAlgorithm;
  final int keyBytes;
  final int ivBytes;
  final int explicitNonceBytes;

  /**
   * How much one key may seal, in blocks of 16 bytes: with 2^48 of AES (4 PiB) an observer can tell
   * it from noise with a probability of at most 2^-33. DTLS 1.3 gives up earlier (RFC 9147 section
   * 4.5.3, RFC 8446 section 5.5) since it has new keys at hand; in DTLS 1.2 the connection ends.
   */
  final long maxBlocks;

  Aead(
      String transformation,
      String keyAlgorithm,
      int keyBytes,
      int ivBytes,
      int explicitNonceBytes,
      long maxBlocks) {
    this.transformation = transformation;
    this.keyAlgorithm = keyAlgorithm;
    this.keyBytes = keyBytes;
    this.ivBytes = ivBytes;
    this.explicitNonceBytes = explicitNonceBytes;
    this.maxBlocks = maxBlocks;
  }

  /** The length of the key block that both sides derive (RFC 5246 section 6.3), in bytes. */
  public int keyBlockBytes() {
    return 2 * (keyBytes + ivBytes);
  }

  /** What stands before the data in a record: its header, and the nonce where it travels. */
  public int headroomBytes() {
    return Sealing.HEADER_BYTES + explicitNonceBytes;
  }

  /** What a record is longer than its data. */
  public int overheadBytes() {
    return headroomBytes() + TAG_BYTES;
  }

  Cipher newCipher() {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + transformation, e);
    }
  }

  AlgorithmParameterSpec parameters(byte[] nonce) {
    return this == CHACHA20_POLY1305
        ? new IvParameterSpec(nonce)
        : new GCMParameterSpec(TAG_BYTES * 8, nonce);
  }
}
