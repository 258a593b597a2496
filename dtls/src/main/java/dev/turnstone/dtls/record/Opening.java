package dev.turnstone.dtls.record;

import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.Objects;
import javax.crypto.Cipher;

/**
 * Opens what the peer sealed under one key, each record once. Whatever is not good is refused and
 * changes nothing.
 *
 * <p>One thread at a time.
 */
public final class Opening {
  /** What {@link #open} says of a record that is not good. */
  public static final int REFUSED = -1;

  /**
   * RFC 9147 section 4.5.3, which says it for DTLS 1.3 and the same ciphers: after so many
   * forgeries under one key the next may pass.
   */
  static final long MAX_FORGERIES = 1L << 36;

  private final Aead aead;
  private final RecordCipher cipher;
  private final ReplayWindow window = new ReplayWindow();
  private long forgeries;

  /**
   * Begins with nothing received.
   *
   * @param key the peer's
   */
  public Opening(WriteKey key) {
    this.aead = key.aead;
    this.cipher = new RecordCipher(Cipher.DECRYPT_MODE, key);
  }

  /**
   * Opens a record where it lies: the data begins at {@link #dataAt}. After a refusal the
   * fragment's bytes are anything.
   *
   * @param type the content type in its header
   * @param epochAndNumber both, as they stand in its header
   * @param array holds the fragment, which is what follows the header
   * @param at where the fragment begins
   * @param length of the fragment
   * @return the length of the data, or {@link #REFUSED} for a record that is malformed, of another
   *     epoch, not authentic, too old, or has come before
   * @throws IndexOutOfBoundsException when the fragment is not in the array
   */
  public int open(int type, long epochAndNumber, byte[] array, int at, int length) {
    Objects.checkFromIndexSize(at, length, array.length);
    int plaintext = length - aead.explicitNonceBytes - Aead.TAG_BYTES;
    if (epochAndNumber >>> 48 != 1 || plaintext < 0 || plaintext > Sealing.MAX_PLAINTEXT_BYTES) {
      return REFUSED;
    }
    // RFC 6347 section 4.1.2.6: a number that has come is refused without more ado, and one is
    // taken for come only when its record was authentic.
    long number = epochAndNumber & Sealing.LAST_NUMBER;
    if (!window.isNew(number)) {
      return REFUSED;
    }
    long nonce =
        aead.explicitNonceBytes > 0 ? (long) RecordCipher.LONG.get(array, at) : epochAndNumber;
    try {
      cipher.apply(
          type, epochAndNumber, nonce, plaintext, array, dataAt(at), plaintext + Aead.TAG_BYTES);
    } catch (GeneralSecurityException | ProviderException e) {
      forgeries++;
      cipher.renew();
      return REFUSED;
    }
    window.accept(number);
    return plaintext;
  }

  /** Where the data begins in an open record whose fragment begins at {@code at}. */
  public int dataAt(int at) {
    return at + aead.explicitNonceBytes;
  }

  /** Whether so many forgeries came that the connection should end. */
  public boolean isWornOut() {
    return forgeries >= MAX_FORGERIES;
  }

  /** As if so many more forgeries had come already. */
  void addForgeries(long more) {
    forgeries += more;
  }
}
