package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the handshake: what anybody can send, and what only a peer gone astray can. */
class HostileRecordsTest {
  private final WithKeys keyed = new WithKeys();
  private final Pair pair = keyed.pair;

  @BeforeEach
  void connect() {
    pair.connect();
  }

  @AfterEach
  void leaveNothingBehind() {
    pair.close();
    pair.joinWorkers();
  }

  private byte[] genuine(String text) {
    byte[][] sent = {null};
    Endpoint.Path straight = pair.client.path;
    pair.client.path = datagram -> sent[0] = datagram;
    pair.client.send(text);
    pair.client.path = straight;
    return sent[0];
  }

  private void deliver(byte[] datagram) {
    pair.server.engine.handlePacket(ByteBuffer.wrap(datagram));
  }

  private long rejected() {
    return pair.server.engine.statistics().recordsRejected();
  }

  /** The first record takes another way than those after it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFlippedBitAnywhereIsRejected(boolean afterData) {
    if (afterData) {
      pair.exchange();
      pair.server.data.clear();
    }
    byte[] record = genuine("genuine");
    for (int bit = 0; bit < 8 * record.length; bit++) {
      byte[] forged = record.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      long before = rejected();
      deliver(forged);
      assertEquals(List.of(), pair.server.data, "bit " + bit);
      assertTrue(rejected() > before, "bit " + bit + " was not counted");
      assertEquals(DtlsState.CONNECTED, pair.server.engine.state(), "bit " + bit);
    }
    deliver(record);
    assertEquals(List.of("genuine"), pair.server.data);
    pair.exchange();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatComesInTheClearIsRejected(boolean afterData) {
    if (afterData) {
      pair.exchange();
      pair.server.data.clear();
    }
    List<String> clear =
        List.of(
            // A fatal alert, a close_notify, data, ChangeCipherSpec, HelloRequest, ClientHello.
            "15fefd00000000000000600002 0228",
            "15fefd00000000000000610002 0100",
            "17fefd00000000000000620003 414243",
            "14fefd00000000000000630001 01",
            "16fefd0000000000000064000c 000000000000000000000000",
            "15feff00000000000000650002 0246");
    for (String hex : clear) {
      int sent = pair.server.datagramsSent;
      deliver(HexFormat.of().parseHex(hex.replace(" ", "")));
      assertEquals(DtlsState.CONNECTED, pair.server.engine.state(), hex);
      assertEquals(sent, pair.server.datagramsSent, hex);
    }
    assertEquals(List.of(), pair.server.data);
    assertTrue(rejected() >= clear.size() - 1, "rejected " + rejected());
    pair.exchange();
  }

  @Test
  void truncatedDatagramsAreRejected() {
    pair.exchange();
    pair.server.data.clear();
    byte[] record = genuine("genuine");
    for (int length = 0; length < record.length; length++) {
      long before = rejected();
      deliver(Arrays.copyOf(record, length));
      assertEquals(length == 0 ? before : before + 1, rejected(), length + " bytes");
      byte[] shorter = Arrays.copyOf(record, length);
      if (length >= 13) {
        // As if it were whole.
        ByteBuffer.wrap(shorter).putShort(11, (short) (length - 13));
        deliver(shorter);
        assertEquals(before + 2, rejected(), length + " bytes and a header that says so");
      }
    }
    assertEquals(List.of(), pair.server.data);
    deliver(record);
    assertEquals(List.of("genuine"), pair.server.data);
  }

  @Test
  void nothingThatIsMadeOfGenuineRecordsDoesHarm() {
    pair.exchange();
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      pair.server.data.clear();
      List<byte[]> records = new ArrayList<>();
      Set<String> texts = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        String text = "message " + i + " of seed " + seed;
        texts.add(text);
        records.add(genuine(text));
      }
      for (int i = 0; i < 300; i++) {
        deliver(mangled(records, random));
      }
      assertEquals(DtlsState.CONNECTED, pair.server.engine.state(), "seed " + seed);
      assertTrue(texts.containsAll(pair.server.data), "seed " + seed);
      assertEquals(pair.server.data.size(), new HashSet<>(pair.server.data).size(), "seed " + seed);
      records.forEach(this::deliver);
      assertEquals(texts, new HashSet<>(pair.server.data), "seed " + seed);
      assertEquals(texts.size(), pair.server.data.size(), "seed " + seed);
    }
    pair.exchange();
  }

  /** A few records in one datagram, some of them bent. */
  private static byte[] mangled(List<byte[]> records, Random random) {
    ByteBuffer datagram = ByteBuffer.allocate(2000);
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] record = records.get(random.nextInt(records.size())).clone();
      switch (random.nextInt(5)) {
        case 0 -> record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> record[random.nextInt(13)] = (byte) random.nextInt();
        case 2 -> record = Arrays.copyOf(record, random.nextInt(record.length));
        case 3 -> {
          byte[] other = records.get(random.nextInt(records.size()));
          System.arraycopy(other, 0, record, 0, Math.min(13, other.length));
        }
        default -> {}
      }
      datagram.put(record);
    }
    return Arrays.copyOf(datagram.array(), datagram.position());
  }

  /** RFC 8827 section 6.5: nobody renegotiates. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attemptsToRenegotiateAreIgnored(boolean afterData) {
    if (afterData) {
      pair.exchange();
    }
    byte[] clientHello = new byte[12 + 40];
    clientHello[0] = 1;
    clientHello[3] = 40;
    clientHello[11] = 40;
    int sent = pair.server.datagramsSent;
    pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 22, clientHello));
    pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 20, (byte) 1));
    pair.client.engine.handlePacket(keyed.seal(DtlsRole.SERVER, 22, new byte[12]));
    assertEquals(sent, pair.server.datagramsSent);
    assertEquals(DtlsState.CONNECTED, pair.server.engine.state());
    assertEquals(DtlsState.CONNECTED, pair.client.engine.state());
    pair.exchange();
  }

  @Test
  void aPeerThatClaimsALargeMessageIsRejected() {
    byte[] large = {11, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 9, 0, 0, 0, 0, 0, 1, 0};
    long before = rejected();
    pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 22, large));
    assertEquals(before + 1, rejected());
    pair.exchange();
  }

  @Test
  void alertsOfTheWrongLengthAreIgnored() {
    for (int length : new int[] {1, 3, 100}) {
      pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 21, new byte[length]));
    }
    // RFC 5246 section 6.2.1: an empty one is malformed.
    long before = rejected();
    pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 21));
    assertEquals(before + 1, rejected());
    // A warning: no_renegotiation.
    pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 21, (byte) 1, (byte) 100));
    pair.exchange();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void alertsAreHeardAfterDataToo(boolean fatal) {
    pair.exchange();
    byte[] alert = {(byte) (fatal ? 2 : 1), (byte) (fatal ? 40 : 0)};
    pair.server.engine.handlePacket(keyed.seal(DtlsRole.CLIENT, 21, alert));
    assertEquals(!fatal, pair.server.closed);
    if (fatal) {
      assertEquals(DtlsException.Reason.ALERT_RECEIVED, pair.server.failure.reason());
    }
  }

  /** Numbers that alerts have used are used up for data, and the other way round. */
  @Test
  void allKindsShareOneReplayWindow() {
    pair.exchange();
    ByteBuffer warning = keyed.seal(DtlsRole.CLIENT, 21, (byte) 1, (byte) 100);
    byte[] data = genuine("once");
    long before = rejected();
    for (int i = 0; i < 2; i++) {
      deliver(data);
      pair.server.engine.handlePacket(warning);
    }
    assertEquals(before + 2, rejected());
    assertEquals(1, pair.server.data.stream().filter("once"::equals).count());
  }
}
