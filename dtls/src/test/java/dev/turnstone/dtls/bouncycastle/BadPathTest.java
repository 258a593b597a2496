package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsIdentity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handshake over a path that loses, repeats and reorders (RFC 6347 section 4.2.4). */
class BadPathTest {
  private Pair pair;

  @AfterEach
  void leaveNothingBehind() {
    if (pair != null) {
      pair.close();
      pair.joinWorkers();
    }
  }

  @TestFactory
  Stream<DynamicTest> anyOneDatagramMayBeLost() {
    return Stream.of(1200, 256)
        .flatMap(
            mtu ->
                Stream.of(true, false)
                    .flatMap(fromClient -> lossOfEach(mtu, fromClient, Pair.ECDSA)));
  }

  @TestFactory
  Stream<DynamicTest> anyOneDatagramOfAnRsaHandshakeMayBeLost() {
    return Stream.of(true, false).flatMap(fromClient -> lossOfEach(256, fromClient, Pair.RSA));
  }

  private Stream<DynamicTest> lossOfEach(int mtu, boolean fromClient, DtlsIdentity identity) {
    Pair clean = Pair.of(identity, identity, mtu).connect();
    int datagrams = fromClient ? clean.client.datagramsSent : clean.server.datagramsSent;
    clean.close();
    return IntStream.range(0, datagrams)
        .mapToObj(
            lost ->
                DynamicTest.dynamicTest(
                    (fromClient ? "client's" : "server's") + " datagram " + lost + " of " + mtu,
                    () -> connectWithout(lost, mtu, fromClient, identity)));
  }

  private void connectWithout(int lost, int mtu, boolean fromClient, DtlsIdentity identity) {
    Pair lossy = Pair.repeating(identity, identity, mtu, 50);
    Endpoint sender = fromClient ? lossy.client : lossy.server;
    Endpoint.Path straight = sender.path;
    int[] sent = {0};
    sender.path =
        datagram -> {
          if (sent[0]++ != lost) {
            straight.send(datagram);
          }
        };
    lossy.connect();
    assertTrue(sent[0] > lost, "nothing was lost");
    lossy.exchange();
    lossy.close();
    lossy.joinWorkers();
  }

  @ParameterizedTest
  @ValueSource(ints = {1200, 256})
  void everyDatagramMayComeTwice(int mtu) {
    pair = Pair.of(Pair.RSA, Pair.ECDSA, mtu);
    for (Endpoint endpoint : List.of(pair.client, pair.server)) {
      Endpoint.Path straight = endpoint.path;
      endpoint.path =
          datagram -> {
            straight.send(datagram);
            straight.send(datagram);
          };
    }
    pair.connect();
    pair.exchange();
    pair.loop.runPresent();
    assertEquals(List.of("from the client"), pair.server.data);
  }

  static Stream<DtlsIdentity> identities() {
    return Stream.of(Pair.ECDSA, Pair.RSA);
  }

  /** Without a repeated flight: what comes early is kept until its time. */
  @ParameterizedTest
  @MethodSource("identities")
  void aFlightMayComeBackwards(DtlsIdentity identity) {
    pair = Pair.of(identity, identity, 256);
    for (Endpoint endpoint : List.of(pair.client, pair.server)) {
      Endpoint.Path straight = endpoint.path;
      List<byte[]> flight = new ArrayList<>();
      endpoint.path =
          new Endpoint.Path() {
            @Override
            public void send(byte[] datagram) {
              flight.add(datagram);
            }

            @Override
            public void flush() {
              Collections.reverse(flight);
              flight.forEach(straight::send);
              flight.clear();
            }
          };
    }
    pair.connect();
    Pair clean = Pair.of(identity, identity, 256).connect();
    assertEquals(clean.client.datagramsSent, pair.client.datagramsSent);
    assertEquals(clean.server.datagramsSent, pair.server.datagramsSent);
    clean.close();
    for (Endpoint endpoint : List.of(pair.client, pair.server)) {
      endpoint.path = pair.straightTo(endpoint == pair.client ? pair.server : pair.client);
    }
    pair.exchange();
  }

  @TestFactory
  Stream<DynamicTest> anythingMayHappenToTheHandshake() {
    return IntStream.range(0, Integer.getInteger("turnstone.seeds", 12))
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> connectThroughChaos(seed)));
  }

  private void connectThroughChaos(int seed) {
    Random random = new Random(seed);
    DtlsIdentity identity = random.nextBoolean() ? Pair.RSA : Pair.ECDSA;
    int mtu = random.nextBoolean() ? 256 : 600;
    Pair chaotic = Pair.repeating(identity, Pair.ECDSA_TOO, mtu, 5);
    for (Endpoint endpoint : List.of(chaotic.client, chaotic.server)) {
      endpoint.path = new ChaoticPath(endpoint, endpoint.path, random);
    }
    try {
      chaotic.connect();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    } finally {
      chaotic.close();
      chaotic.joinWorkers();
    }
  }

  /** Loses some datagrams, repeats some, and puts some at the end of their flight. */
  private static final class ChaoticPath implements Endpoint.Path {
    private final Endpoint sender;
    private final Endpoint.Path straight;
    private final Random random;
    private final List<byte[]> late = new ArrayList<>();

    ChaoticPath(Endpoint sender, Endpoint.Path straight, Random random) {
      this.sender = sender;
      this.straight = straight;
      this.random = random;
    }

    @Override
    public void send(byte[] datagram) {
      int fate = random.nextInt(100);
      if (fate < 10) {
        return;
      }
      if (fate < 30 && sender.session == null) {
        late.add(datagram);
        return;
      }
      straight.send(datagram);
      if (fate > 90) {
        straight.send(datagram);
      }
    }

    @Override
    public void flush() {
      Collections.shuffle(late, random);
      late.forEach(straight::send);
      late.clear();
    }
  }

  @Test
  void dataThatOvertakesTheLastFlightWaitsForIt() {
    pair = Pair.repeating(Pair.ECDSA, Pair.ECDSA_TOO, 1200, 50);
    Endpoint.Path straight = pair.server.path;
    int[] sent = {0};
    pair.server.path =
        datagram -> {
          if (sent[0]++ != 1) {
            straight.send(datagram);
          }
        };
    pair.server.whenConnected = () -> pair.server.send("early");
    pair.connect();
    pair.loop.runUntil(() -> !pair.client.data.isEmpty(), "data sent before Finished arrived");
    assertEquals(List.of("early"), pair.client.data);
  }

  /** The client's worker has not told the loop yet that it is done when the data comes. */
  @Test
  void dataAtTheVeryEndOfTheHandshakeIsNotLost() {
    pair = new Pair();
    List<String> expected = new ArrayList<>();
    pair.server.whenConnected =
        () -> {
          for (int i = 0; i < 100; i++) {
            pair.server.send("message " + i);
            expected.add("message " + i);
          }
        };
    pair.client.whenConnected = () -> pair.client.send("at once");
    pair.connect();
    pair.loop.runUntil(
        () -> pair.client.data.size() == 100 && pair.server.data.size() == 1, "all messages");
    assertEquals(expected, pair.client.data);
    assertEquals(List.of("at once"), pair.server.data);
  }

  @Test
  void dataInTheSameDatagramAsFinishedIsNotLost() {
    pair = new Pair();
    Endpoint.Path straight = pair.server.path;
    List<byte[]> held = new ArrayList<>();
    int[] sent = {0};
    pair.server.path =
        datagram -> {
          if (sent[0]++ == 0) {
            straight.send(datagram);
            return;
          }
          held.add(datagram);
          if (held.size() == 3) {
            straight.send(join(held));
          }
        };
    pair.server.whenConnected =
        () -> {
          pair.server.send("first");
          pair.server.send("second");
        };
    pair.connect();
    pair.loop.runUntil(() -> pair.client.data.size() == 2, "both");
    assertEquals(List.of("first", "second"), pair.client.data);
  }

  private static byte[] join(List<byte[]> parts) {
    byte[] joined = new byte[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  /** RFC 6347 section 4.2.4: who sends the last flight repeats it for as long as need be. */
  @Test
  void theLastFlightIsRepeatedWithoutAThread() throws InterruptedException {
    pair = Pair.repeating(Pair.ECDSA, Pair.ECDSA_TOO, 1200, 50);
    Endpoint.Path straight = pair.server.path;
    boolean[] mute = {false};
    pair.server.path =
        datagram -> {
          if (!mute[0]) {
            straight.send(datagram);
          }
        };
    pair.server.engine.start();
    Thread serversWorker = pair.workers.get(0);
    pair.client.engine.start();
    pair.loop.runUntil(() -> pair.server.datagramsSent > 0, "the server's first flight");
    mute[0] = true;
    pair.loop.runUntil(() -> pair.server.session != null, "the server connected");
    serversWorker.join(20_000);
    assertFalse(serversWorker.isAlive());
    mute[0] = false;
    int sent = pair.server.datagramsSent;
    pair.awaitConnected();
    assertTrue(pair.server.datagramsSent > sent);
    pair.exchange();
  }
}
