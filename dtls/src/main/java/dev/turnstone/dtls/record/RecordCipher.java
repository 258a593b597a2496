package dev.turnstone.dtls.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** One direction's cipher: builds nonce and additional data, and works on an array in place. */
final class RecordCipher {
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private final int mode;
  private final WriteKey key;
  private final byte[] nonce = new byte[12];
  private final byte[] additionalData = new byte[13];
  private Cipher cipher;

  /**
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   */
  RecordCipher(int mode, WriteKey key) {
    this.mode = mode;
    this.key = key;
    INT.set(nonce, 0, key.nonceHead);
    this.cipher = key.aead.newCipher();
  }

  /**
   * Seals or opens.
   *
   * @param epochAndNumber the record's, as its header has them
   * @param nonceTail what the nonce ends with, before it is masked
   * @param plaintextBytes the length of what is or will be open
   * @param at where the input begins in the array, and the output too
   */
  void apply(
      int type,
      long epochAndNumber,
      long nonceTail,
      int plaintextBytes,
      byte[] array,
      int at,
      int length)
      throws GeneralSecurityException {
    LONG.set(nonce, 4, nonceTail ^ key.nonceMask);
    // RFC 5246 section 6.2.3.3: number, type, version and length of the plaintext.
    LONG.set(additionalData, 0, epochAndNumber);
    additionalData[8] = (byte) type;
    SHORT.set(additionalData, 9, Sealing.VERSION);
    SHORT.set(additionalData, 11, (short) plaintextBytes);
    cipher.init(mode, key.key, key.aead.parameters(nonce));
    cipher.updateAAD(additionalData);
    cipher.doFinal(array, at, length, array, at);
  }

  /**
   * Forgets the last nonce: the ChaCha20 of older JDKs refuses to open a second record under it,
   * and the first may have been somebody else's.
   */
  void renew() {
    cipher = key.aead.newCipher();
  }
}
