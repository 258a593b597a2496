package dev.turnstone.dtls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one side seals the other opens, once, and nothing else. */
class RecordsInPlaceTest {
  private static final int ALERT = 21;
  private static final int DATA = Sealing.APPLICATION_DATA;
  private static final int HEADER = Sealing.HEADER_BYTES;

  private final Random random = new Random(7);

  private static byte[] keyBlock(Aead aead) {
    byte[] keys = new byte[aead.keyBlockBytes()];
    new Random(1).nextBytes(keys);
    return keys;
  }

  private static Sealing sealing(Aead aead) {
    return new Sealing(WriteKey.ofClient(aead, keyBlock(aead)));
  }

  private static Opening opening(Aead aead) {
    return new Opening(WriteKey.ofClient(aead, keyBlock(aead)));
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private static byte[] seal(Sealing sealing, int type, byte[] data) throws KeysExhaustedException {
    byte[] record = new byte[sealing.headroomBytes() + data.length + Aead.TAG_BYTES];
    System.arraycopy(data, 0, record, sealing.headroomBytes(), data.length);
    assertEquals(record.length, sealing.seal(type, record, sealing.headroomBytes(), data.length));
    return record;
  }

  /** As the engine does it: what the header says, of a copy. Null when refused. */
  private static byte[] open(Opening opening, byte[] record) {
    byte[] slab = record.clone();
    ByteBuffer header = ByteBuffer.wrap(slab);
    int length = opening.open(slab[0], header.getLong(3), slab, HEADER, slab.length - HEADER);
    int at = opening.dataAt(HEADER);
    return length == Opening.REFUSED ? null : Arrays.copyOfRange(slab, at, at + length);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSealedOpensOnce(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    Opening opening = opening(aead);
    for (int length : new int[] {0, 1, 15, 16, 17, 1163, Sealing.MAX_PLAINTEXT_BYTES}) {
      byte[] data = data(length);
      byte[] record = seal(sealing, DATA, data);
      assertEquals(aead.overheadBytes() + length, record.length);
      assertArrayEquals(data, open(opening, record));
      assertEquals(null, open(opening, record), "a replay");
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> seal(sealing, DATA, new byte[Sealing.MAX_PLAINTEXT_BYTES + 1]));
  }

  @ParameterizedTest
  @EnumSource
  void theHeaderIsThatOfRfc6347(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    sealing.skipTo(0x0123_4567_89abL);
    ByteBuffer header = ByteBuffer.wrap(seal(sealing, ALERT, data(2)));
    assertEquals(ALERT, header.get());
    assertEquals((short) 0xfefd, header.getShort());
    assertEquals(0x0001_0123_4567_89abL, header.getLong());
    assertEquals(header.capacity() - HEADER, header.getShort());
    assertEquals(0x0123_4567_89abL, sealing.lastNumber());
  }

  @ParameterizedTest
  @EnumSource
  void nothingOutsideTheRecordIsTouched(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    byte[] slab = new byte[300];
    Arrays.fill(slab, (byte) 0x55);
    int at = 100 + sealing.headroomBytes();
    int length = sealing.seal(DATA, slab, at, 40);
    for (int i = 0; i < slab.length; i++) {
      if (i < 100 || i >= 100 + length) {
        assertEquals(0x55, slab[i], "byte " + i);
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> sealing.seal(DATA, slab, 12, 40));
    assertThrows(IndexOutOfBoundsException.class, () -> sealing.seal(DATA, slab, 245, 40));
    assertEquals(0, sealing.lastNumber(), "a refusal took a number");
  }

  /** And the genuine record opens after each: a forgery changes nothing. */
  @ParameterizedTest
  @EnumSource
  void aFlippedBitInAnyByteIsRefused(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    Opening opening = opening(aead);
    for (int at = 0; at < aead.overheadBytes() + 24; at++) {
      byte[] record = seal(sealing, DATA, data(24));
      byte[] forged = record.clone();
      forged[at] ^= (byte) (1 << random.nextInt(8));
      if (at == 1 || at == 2 || at == 11 || at == 12) {
        // Version and length are what the record was cut out by.
        continue;
      }
      assertEquals(null, open(opening, forged), "byte " + at);
      assertEquals(null, open(opening, forged), "byte " + at + ", again");
      assertEquals(24, open(opening, record).length, "the genuine one after byte " + at);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTruncatedRecordIsRefused(Aead aead) throws Exception {
    Opening opening = opening(aead);
    byte[] record = seal(sealing(aead), DATA, data(24));
    for (int length = HEADER; length < record.length; length++) {
      assertEquals(null, open(opening, Arrays.copyOf(record, length)), length + " bytes");
    }
    assertEquals(null, open(opening, Arrays.copyOf(record, record.length + 1)));
    assertEquals(24, open(opening, record).length);
  }

  @ParameterizedTest
  @EnumSource
  void theOtherSidesKeyOpensNothing(Aead aead) throws Exception {
    byte[] record = seal(sealing(aead), DATA, data(24));
    assertEquals(null, open(new Opening(WriteKey.ofServer(aead, keyBlock(aead))), record));
  }

  @ParameterizedTest
  @EnumSource
  void aRecordThatIsTooOldIsRefused(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    Opening opening = opening(aead);
    byte[] old = seal(sealing, DATA, data(1));
    byte[] late = seal(sealing, DATA, data(2));
    sealing.skipTo(ReplayWindow.WIDTH);
    assertEquals(3, open(opening, seal(sealing, DATA, data(3))).length);
    assertEquals(null, open(opening, old));
    assertEquals(2, open(opening, late).length);
  }

  @ParameterizedTest
  @EnumSource
  void theNumbersEndAndDoNotBeginAnew(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    Opening opening = opening(aead);
    sealing.skipTo(Sealing.LAST_NUMBER - Sealing.RESERVED_NUMBERS);
    assertEquals(1, open(opening, seal(sealing, DATA, data(1))).length);
    assertThrows(KeysExhaustedException.class, () -> seal(sealing, DATA, data(1)));
    Set<Long> used = new HashSet<>();
    for (int i = 0; i < Sealing.RESERVED_NUMBERS; i++) {
      byte[] alert = seal(sealing, ALERT, data(2));
      assertTrue(used.add(ByteBuffer.wrap(alert).getLong(3)));
      assertEquals(2, open(opening, alert).length);
    }
    assertEquals(Sealing.LAST_NUMBER, sealing.lastNumber());
    assertThrows(KeysExhaustedException.class, () -> seal(sealing, ALERT, data(2)));
    assertThrows(KeysExhaustedException.class, () -> seal(sealing, DATA, data(2)));
    assertEquals(Sealing.LAST_NUMBER, sealing.lastNumber());
  }

  @Test
  void aNumberIsNeverTakenBack() throws Exception {
    Sealing sealing = sealing(Aead.AES_128_GCM);
    seal(sealing, DATA, data(1));
    seal(sealing, DATA, data(1));
    assertThrows(IllegalArgumentException.class, () -> sealing.skipTo(1));
    sealing.skipTo(2);
    seal(sealing, DATA, data(1));
    assertEquals(2, sealing.lastNumber());
  }

  @Test
  void anAesKeySealsNoMoreThanIsSafe() throws Exception {
    Sealing aes = sealing(Aead.AES_256_GCM);
    aes.addBlocks(1L << 48);
    seal(aes, DATA, data(1));
    assertThrows(KeysExhaustedException.class, () -> seal(aes, DATA, data(1)));
    seal(aes, ALERT, data(2));
    Sealing chacha = sealing(Aead.CHACHA20_POLY1305);
    chacha.addBlocks(1L << 48);
    seal(chacha, DATA, data(1));
    seal(chacha, DATA, data(1));
  }

  @ParameterizedTest
  @EnumSource
  void forgeriesAreCountedAndReplaysAreNot(Aead aead) throws Exception {
    Opening opening = opening(aead);
    byte[] record = seal(sealing(aead), DATA, data(24));
    opening.addForgeries(Opening.MAX_FORGERIES - 1);
    open(opening, record);
    open(opening, record);
    assertFalse(opening.isWornOut());
    record[10]++;
    open(opening, record);
    assertTrue(opening.isWornOut());
  }

  @Test
  void keysAreNotPrintedAndHaveTheirLength() {
    assertEquals(
        "WriteKey[AES_128_GCM]",
        WriteKey.ofClient(Aead.AES_128_GCM, new byte[2 * (16 + 4)]).toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> WriteKey.ofServer(Aead.CHACHA20_POLY1305, new byte[2 * (32 + 4)]));
  }

  /** Some versions of Java copied the whole array when they worked in place. */
  @ParameterizedTest
  @EnumSource
  void workInPlaceDoesNotCopyTheSlab(Aead aead) throws Exception {
    Sealing sealing = sealing(aead);
    Opening opening = opening(aead);
    byte[] slab = new byte[1 << 20];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = 0;
    for (int i = 0; i < 200; i++) {
      if (i == 100) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      int length = sealing.seal(DATA, slab, 500, 1200);
      int fragment = 500 - sealing.headroomBytes() + HEADER;
      long number = ByteBuffer.wrap(slab).getLong(fragment - HEADER + 3);
      assertEquals(1200, opening.open(DATA, number, slab, fragment, length - HEADER));
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / 100;
    assertTrue(each < 100_000, each + " bytes for each record");
  }
}
