package dev.turnstone.dtls.record;

import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;

/**
 * Seals what we send under one key, all of it: who holds the only {@code Sealing} of a key cannot
 * use a nonce twice, for numbers are given out here and nowhere else, each once, upwards.
 *
 * <p>One thread at a time.
 */
public final class Sealing {
  /** A record's header (RFC 6347 section 4.1). */
  public static final int HEADER_BYTES = 13;

  /** RFC 6347 section 4.1: numbers have 48 bits, and never begin anew. */
  public static final long LAST_NUMBER = (1L << 48) - 1;

  /** RFC 5246 section 6.2.1: what one record may hold. */
  public static final int MAX_PLAINTEXT_BYTES = 1 << 14;

  /** Application data, the content type that may come by the million. */
  public static final int APPLICATION_DATA = 23;

  /** Epoch 1 is the only one with keys: nobody renegotiates (RFC 8827 section 6.5). */
  static final long EPOCH = 1L << 48;

  /** DTLS 1.2. */
  static final short VERSION = (short) 0xfefd;

  /** Kept from application data, so that the end of the numbers can still be told. */
  static final long RESERVED_NUMBERS = 1024;

  private final Aead aead;
  private final RecordCipher cipher;
  private final int headroom;
  private long next;
  private long blocks;

  /**
   * Begins at number 0.
   *
   * @param key that nobody else seals with
   */
  public Sealing(WriteKey key) {
    this.aead = key.aead;
    this.cipher = new RecordCipher(Cipher.ENCRYPT_MODE, key);
    this.headroom = aead.headroomBytes();
  }

  /** What a record needs before its data, in bytes; {@link Aead#TAG_BYTES} behind it. */
  public int headroomBytes() {
    return headroom;
  }

  /**
   * Makes a record of data where it lies.
   *
   * @param type the content type (RFC 5246 section 6.2.1)
   * @param array holds the data, {@link #headroomBytes} before it and {@link Aead#TAG_BYTES} behind
   *     it, all of which is written to
   * @param at where the data begins; the record begins {@link #headroomBytes} before
   * @param length of the data, at most {@link #MAX_PLAINTEXT_BYTES}
   * @return the length of the record
   * @throws KeysExhaustedException when no number is left, or for application data few are, or the
   *     key has sealed as much as is safe; nothing is written then
   * @throws IllegalArgumentException when the data is longer
   * @throws IndexOutOfBoundsException when the array has no such room
   */
  public int seal(int type, byte[] array, int at, int length) throws KeysExhaustedException {
    if (length > MAX_PLAINTEXT_BYTES) {
      throw new IllegalArgumentException(
          length + " bytes do not fit a record of " + MAX_PLAINTEXT_BYTES);
    }
    int fragment = length + aead.overheadBytes() - HEADER_BYTES;
    int start = at - headroom;
    Objects.checkFromIndexSize(start, HEADER_BYTES + fragment, array.length);
    // RFC 6347 section 4.1: the association ends before its numbers begin anew.
    if (next > LAST_NUMBER || (type == APPLICATION_DATA && isWornOut())) {
      throw new KeysExhaustedException();
    }
    // Taken before anything can go wrong: a number may be lost, but not come back.
    long number = EPOCH | next++;
    blocks += (length >> 4) + 2;

    array[start] = (byte) type;
    RecordCipher.SHORT.set(array, start + 1, VERSION);
    RecordCipher.LONG.set(array, start + 3, number);
    RecordCipher.SHORT.set(array, start + 11, (short) fragment);
    if (aead.explicitNonceBytes > 0) {
      // RFC 5288 section 3: the number is a nonce that is different each time.
      RecordCipher.LONG.set(array, start + HEADER_BYTES, number);
    }
    try {
      cipher.apply(type, number, number, length, array, at, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a record could not be sealed", e);
    }
    return HEADER_BYTES + fragment;
  }

  /** Whether application data is refused from now on. */
  boolean isWornOut() {
    return next > LAST_NUMBER - RESERVED_NUMBERS || blocks > aead.maxBlocks;
  }

  /** The number of the record sealed last, or -1 before the first. */
  public long lastNumber() {
    return next - 1;
  }

  /**
   * Leaves numbers out.
   *
   * @param number the next to use
   * @throws IllegalArgumentException when it, or a higher one, was used already
   */
  public void skipTo(long number) {
    if (number < next) {
      throw new IllegalArgumentException(number + " may have been used: next is " + next);
    }
    next = number;
  }

  /** As if so much more had been sealed already. */
  void addBlocks(long more) {
    blocks += more;
  }
}
