package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsState;
import dev.turnstone.dtls.DtlsStatistics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody else's datagrams in our flow: dropped, counted, and no harm done. */
class HostilePathTest {
  // A crafted record may bear the number of a genuine one, which must then come again.
  private final Pair pair = Pair.repeating(Pair.ECDSA, Pair.ECDSA_TOO, 1200, 50);

  private final Pair calm = new Pair();

  @AfterEach
  void leaveNothingBehind() {
    pair.close();
    pair.joinWorkers();
    calm.close();
    calm.joinWorkers();
  }

  /** Each ended or deafened a bare BouncyCastle connection, or could have. */
  private static List<byte[]> crafted() {
    return List.of(
        hex(""),
        hex("16"),
        hex("16fefd0000000000000000"),
        // The reserved version, and versions of nobody.
        hex("17fefe00010000000000070005 0102030405"),
        hex("17030300010000000000070005 0102030405"),
        // Too short for nonce and tag.
        hex("17fefd00010000000000070005 0102030405"),
        hex("15fefd00010000000000080002 0228"),
        hex("17fefd00010000000000090000"),
        hex("16fefd000100000000000a0018 000000000000000000000000000000000000000000000000"),
        // A record longer than its datagram; an epoch of the future; kinds that nobody agreed on.
        hex("17fefd00010000000000074000 01"),
        hex(
            "17fefd00020000000000070020"
                + "0000000000000000000000000000000000000000000000000000000000000000"),
        hex("18fefd00000000000000070003 010000"),
        hex("19fefd00000000000000070003 010000"),
        // The old version where it is not for a hello.
        hex("17feff00000000000000070001 01"),
        hex("15feff00000000000000070002 0100"),
        // A handshake message that claims 16 MiB, and one whose fragment is outside.
        hex("16fefd0000000000000007000d 0bffffff0003000000000001 00"),
        hex("16fefd0000000000000007000d 0b0000010003000010000001 00"),
        // ChangeCipherSpec before its time.
        hex("14fefd00000000000000070001 01"));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static void throwAt(Endpoint endpoint, Random random) {
    crafted().forEach(datagram -> endpoint.engine.handlePacket(ByteBuffer.wrap(datagram)));
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      endpoint.engine.handlePacket(ByteBuffer.wrap(noise));
      if (noise.length > 13) {
        // With a header that is fit to be looked into, of a protected record.
        ByteBuffer.wrap(noise)
            .put((byte) (20 + random.nextInt(4)))
            .putShort((short) 0xfefd)
            .putShort((short) 1)
            .putShort(11, (short) (noise.length - 13));
        endpoint.engine.handlePacket(ByteBuffer.wrap(noise));
      }
    }
  }

  @Test
  void garbageBeforeDuringAndAfterTheHandshakeDoesNoHarm() {
    Random random = new Random(42);
    throwAt(pair.client, random);
    throwAt(pair.server, random);
    for (Endpoint endpoint : List.of(pair.client, pair.server)) {
      Endpoint.Path straight = endpoint.path;
      Endpoint peer = endpoint == pair.client ? pair.server : pair.client;
      endpoint.path =
          datagram -> {
            crafted().forEach(garbage -> pair.deliver(peer, garbage));
            straight.send(datagram);
            crafted().forEach(garbage -> pair.deliver(peer, garbage));
          };
    }
    pair.connect();
    throwAt(pair.client, random);
    throwAt(pair.server, random);
    pair.exchange();
    for (Endpoint endpoint : List.of(pair.client, pair.server)) {
      DtlsStatistics statistics = endpoint.engine.statistics();
      assertTrue(statistics.recordsRejected() >= 100, statistics.toString());
      assertEquals(DtlsState.CONNECTED, endpoint.engine.state());
    }
  }

  @Test
  void tooManyDatagramsForAHandshakeAreDroppedAndCounted() {
    for (int i = 0; i < 1000; i++) {
      pair.server.engine.handlePacket(ByteBuffer.allocate(1200));
    }
    DtlsStatistics statistics = pair.server.engine.statistics();
    assertEquals(1000, statistics.datagramsReceived());
    assertTrue(statistics.datagramsDropped() > 700, statistics.toString());
    pair.connect();
    pair.exchange();
  }

  @Test
  void aReplayedDatagramIsDeliveredOnce() {
    List<byte[]> seen = new ArrayList<>();
    calm.connect();
    Endpoint.Path straight = calm.client.path;
    calm.client.path =
        datagram -> {
          seen.add(datagram);
          straight.send(datagram);
        };
    for (int i = 0; i < 100; i++) {
      calm.client.send("message " + i);
    }
    calm.loop.runUntil(() -> calm.server.data.size() == 100, "all messages");
    long before = calm.server.engine.statistics().recordsRejected();
    seen.forEach(datagram -> calm.server.engine.handlePacket(ByteBuffer.wrap(datagram)));
    assertEquals(100, calm.server.data.size());
    assertEquals(before + 100, calm.server.engine.statistics().recordsRejected());
    calm.exchange();
  }

  @Test
  void aForgedRecordIsNotDelivered() {
    calm.connect();
    Endpoint.Path straight = calm.client.path;
    calm.client.path =
        datagram -> {
          byte[] forged = datagram.clone();
          forged[forged.length - 1] ^= 1;
          straight.send(forged);
          straight.send(datagram);
        };
    calm.client.send("genuine");
    calm.loop.runUntil(() -> !calm.server.data.isEmpty(), "the genuine record");
    assertEquals(List.of("genuine"), calm.server.data);
    assertEquals(1, calm.server.engine.statistics().recordsRejected());
  }

  /** A record that is no good does not take the others of its datagram with it. */
  @Test
  void severalRecordsInADatagramAreAllLookedAt() {
    calm.connect();
    List<byte[]> records = new ArrayList<>();
    calm.client.path = records::add;
    calm.client.send("one");
    calm.client.send("two");
    calm.client.send("three");
    byte[] second = records.get(1);
    second[second.length - 1] ^= 1;
    ByteBuffer datagram = ByteBuffer.allocate(500);
    records.forEach(datagram::put);
    calm.server.engine.handlePacket(datagram.flip());
    assertEquals(List.of("one", "three"), calm.server.data);
    assertEquals(1, calm.server.engine.statistics().recordsRejected());
  }
}
