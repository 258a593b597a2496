package dev.turnstone.dtls.record;

import java.nio.ByteBuffer;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The secrets of one direction. Tells nothing of them in its text. */
public final class WriteKey {
  final Aead aead;
  final SecretKey key;

  /** The first four bytes of every nonce. */
  final int nonceHead;

  /** What the other eight are changed by: nothing where they travel in the record. */
  final long nonceMask;

  private WriteKey(Aead aead, byte[] keyBlock, int side) {
    if (keyBlock.length != aead.keyBlockBytes()) {
      throw new IllegalArgumentException(
          aead + " has " + aead.keyBlockBytes() + " bytes of keys, not " + keyBlock.length);
    }
    this.aead = aead;
    this.key = new SecretKeySpec(keyBlock, side * aead.keyBytes, aead.keyBytes, aead.keyAlgorithm);
    ByteBuffer iv =
        ByteBuffer.wrap(keyBlock, 2 * aead.keyBytes + side * aead.ivBytes, aead.ivBytes);
    this.nonceHead = iv.getInt();
    this.nonceMask = iv.hasRemaining() ? iv.getLong() : 0;
  }

  /**
   * What the client seals with.
   *
   * @param keyBlock RFC 5246 section 6.3: both keys, then both IVs, the client's first; copied
   * @throws IllegalArgumentException when it has another length than {@link Aead#keyBlockBytes}
   */
  public static WriteKey ofClient(Aead aead, byte[] keyBlock) {
    return new WriteKey(aead, keyBlock, 0);
  }

  /**
   * What the server seals with.
   *
   * @param keyBlock as for {@link #ofClient}
   * @throws IllegalArgumentException when it has another length than {@link Aead#keyBlockBytes}
   */
  public static WriteKey ofServer(Aead aead, byte[] keyBlock) {
    return new WriteKey(aead, keyBlock, 1);
  }

  @Override
  public String toString() {
    return "WriteKey[" + aead + "]";
  }
}
