package dev.turnstone.ice.discovery;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.internet.SimulatedTurnServer;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.AddressRealm;
import dev.turnstone.testkit.internet.Firewall;
import dev.turnstone.testkit.internet.NatOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import dev.turnstone.testkit.internet.SimulatedUdpSocket;
import dev.turnstone.turn.DiscoveryAddresses;
import dev.turnstone.turn.TurnServerOptions;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NatDiscoveryTest {
  private static final LinkOptions LINK = LinkOptions.PERFECT.withDelay(Duration.ofMillis(12));
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(address("198.51.100.1"), 3478);
  private static final InetSocketAddress OTHER =
      new InetSocketAddress(address("198.51.100.2"), 3479);

  private final SimulatedInternet internet = new SimulatedInternet(7);
  private SimulatedTurnServer server;

  private void serve(TurnServerOptions.Builder options) {
    SimulatedHost host = internet.host("server", LINK);
    host.join(internet.realm(), SERVER.getAddress());
    host.join(internet.realm(), OTHER.getAddress());
    server =
        new SimulatedTurnServer(internet, host, options.build(), seeded(1))
            .listenUdp(SERVER)
            .listenUdp(OTHER)
            .listenUdp(new InetSocketAddress(SERVER.getAddress(), OTHER.getPort()))
            .listenUdp(new InetSocketAddress(OTHER.getAddress(), SERVER.getPort()));
  }

  private void serveDiscovery() {
    serve(TurnServerOptions.builder().discovery(List.of(new DiscoveryAddresses(SERVER, OTHER))));
  }

  private static SecureRandom seeded(long seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(seed);
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Somebody with two sockets who wants to know. */
  private final class Asker {
    final List<SimulatedUdpSocket> sockets = new ArrayList<>();
    final NatDiscovery discovery;
    int sent;

    Asker(SimulatedHost host) throws BindException {
      for (int i = 0; i < NatDiscovery.SOCKETS; i++) {
        int socket = i;
        InetSocketAddress local = new InetSocketAddress(host.addresses().get(0), 40_000 + i);
        sockets.add(
            host.bindUdp(
                local,
                (packet, from) -> {
                  discovery().handlePacket(socket, from, packet, internet.nowNanos());
                  drain();
                }));
      }
      discovery =
          new NatDiscovery(
              SERVER, sockets.stream().map(SimulatedUdpSocket::localAddress).toList(), seeded(2));
    }

    private NatDiscovery discovery() {
      return discovery;
    }

    private void drain() {
      for (NatDiscovery.Transmit transmit = discovery.pollTransmit();
          transmit != null;
          transmit = discovery.pollTransmit()) {
        sent++;
        sockets.get(transmit.socket()).send(transmit.packet(), transmit.remote());
      }
    }

    NatReport asks() {
      assertNull(discovery.report());
      discovery.start(internet.nowNanos());
      drain();
      while (discovery.report() == null) {
        long wait = discovery.nextTimeout() - internet.nowNanos();
        internet.runUntil(() -> discovery.report() != null, Duration.ofNanos(wait));
        discovery.handleTimeout(internet.nowNanos());
        drain();
      }
      assertEquals(NatDiscovery.NEVER, discovery.nextTimeout());
      assertTrue(sent <= 28, () -> sent + " datagrams were sent");
      assertTrue(internet.nowNanos() <= Duration.ofSeconds(12).toNanos());
      return discovery.report();
    }
  }

  private NatReport asks(AddressRealm realm, String address) throws BindException {
    return new Asker(internet.host("asker", LINK).join(realm, address(address))).asks();
  }

  private AddressRealm behind(NatOptions options) {
    return internet.nat("nat", options, internet.realm(), address("203.0.113.1")).inside();
  }

  static Stream<Arguments> nats() {
    return Arrays.stream(dev.turnstone.testkit.internet.NatBehaviour.values())
        .flatMap(
            mapping ->
                Arrays.stream(dev.turnstone.testkit.internet.NatBehaviour.values())
                    .flatMap(
                        filtering ->
                            Stream.of(true, false)
                                .map(hairpin -> Arguments.of(mapping, filtering, hairpin))));
  }

  @ParameterizedTest
  @MethodSource("nats")
  void everyNatIsKnownForWhatItIs(
      dev.turnstone.testkit.internet.NatBehaviour mapping,
      dev.turnstone.testkit.internet.NatBehaviour filtering,
      boolean hairpin)
      throws Exception {
    serveDiscovery();
    NatReport report =
        asks(
            behind(
                NatOptions.FULL_CONE
                    .withMapping(mapping)
                    .withFiltering(filtering)
                    .withHairpinning(hairpin)),
            "192.168.0.2");
    assertEquals(NatBehaviour.valueOf(mapping.name()), report.mapping());
    assertEquals(NatBehaviour.valueOf(filtering.name()), report.filtering());
    assertTrue(report.isTranslated());
    assertEquals(address("203.0.113.1"), report.mapped().orElseThrow().getAddress());
    assertEquals(Optional.of(OTHER), report.other());
    // One that maps and filters by destination sends its own echo away: the request comes from a
    // port that was not sent to.
    if (!hairpin) {
      assertEquals(Optional.of(false), report.hairpinning());
    } else if (mapping == dev.turnstone.testkit.internet.NatBehaviour.ENDPOINT_INDEPENDENT) {
      assertEquals(Optional.of(true), report.hairpinning());
    }
  }

  @Test
  void theNamesOfOldAreKnown() throws Exception {
    serveDiscovery();
    List<NatOptions> options =
        List.of(
            NatOptions.FULL_CONE,
            NatOptions.ADDRESS_RESTRICTED,
            NatOptions.PORT_RESTRICTED,
            NatOptions.SYMMETRIC);
    List<NatType> found = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      AddressRealm inside =
          internet
              .nat("nat", options.get(i), internet.realm(), address("203.0.113." + (i + 1)))
              .inside();
      SimulatedHost host = internet.host("asker", LINK).join(inside, address("10.0.0.2"));
      Asker asker = new Asker(host);
      asker.discovery.start(internet.nowNanos());
      asker.drain();
      while (asker.discovery.report() == null) {
        internet.runFor(Duration.ofMillis(50));
        asker.discovery.handleTimeout(internet.nowNanos());
        asker.drain();
      }
      found.add(asker.discovery.report().type());
    }
    assertEquals(
        List.of(
            NatType.FULL_CONE,
            NatType.ADDRESS_RESTRICTED,
            NatType.PORT_RESTRICTED,
            NatType.SYMMETRIC),
        found);
  }

  @Test
  void whoHasAPublicAddressHasNoNat() throws Exception {
    serveDiscovery();
    NatReport report = asks(internet.realm(), "203.0.113.7");
    assertFalse(report.isTranslated());
    assertTrue(report.isPortPreserved());
    assertEquals(NatBehaviour.ENDPOINT_INDEPENDENT, report.mapping());
    assertEquals(NatBehaviour.ENDPOINT_INDEPENDENT, report.filtering());
    assertEquals(Optional.empty(), report.hairpinning());
    assertEquals(NatType.OPEN, report.type());
  }

  @Test
  void twoNatsAreTheWorseOfThem() throws Exception {
    serveDiscovery();
    AddressRealm carrier = behind(NatOptions.SYMMETRIC);
    AddressRealm home =
        internet.nat("home", NatOptions.FULL_CONE, carrier, address("100.64.0.2")).inside();
    assertEquals(NatType.SYMMETRIC, asks(home, "192.168.0.2").type());
  }

  @Test
  void aServerWithOneAddressLeavesItUnknown() throws Exception {
    serve(TurnServerOptions.builder());
    NatReport report = asks(behind(NatOptions.FULL_CONE), "192.168.0.2");
    assertTrue(report.isTranslated());
    assertEquals(Optional.empty(), report.other());
    assertEquals(NatBehaviour.UNKNOWN, report.mapping());
    assertEquals(NatBehaviour.UNKNOWN, report.filtering());
    assertEquals(Optional.of(true), report.hairpinning());
    assertEquals(NatType.UNKNOWN, report.type());
  }

  @Test
  void withoutANatTheMappingIsKnownFromAnyServer() throws Exception {
    serve(TurnServerOptions.builder());
    NatReport report = asks(internet.realm(), "203.0.113.7");
    assertEquals(NatBehaviour.ENDPOINT_INDEPENDENT, report.mapping());
    assertEquals(NatBehaviour.UNKNOWN, report.filtering());
    assertEquals(NatType.UNKNOWN, report.type());
  }

  @Test
  void silenceIsToldAsSuch() throws Exception {
    serveDiscovery();
    SimulatedHost host = internet.host("asker", LINK);
    host.join(internet.realm(), address("203.0.113.7"));
    host.setFirewall(Firewall.UDP_BLOCKED);
    NatReport report = new Asker(host).asks();
    assertEquals(Optional.empty(), report.mapped());
    assertEquals(NatBehaviour.UNKNOWN, report.mapping());
    assertEquals(NatBehaviour.UNKNOWN, report.filtering());
    assertEquals(NatType.UNKNOWN, report.type());
    assertFalse(report.isTranslated());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void lostDatagramsAreSentAgain(long seed) throws Exception {
    serveDiscovery();
    Random random = new Random(seed);
    internet.setFilter((sender, from, to, packet) -> random.nextInt(10) != 0);
    NatReport report = asks(behind(NatOptions.ADDRESS_RESTRICTED), "192.168.0.2");
    assertEquals(NatType.ADDRESS_RESTRICTED, report.type(), "seed " + seed);
  }

  /** A server that answers each request with these attributes, from where it was asked. */
  private void serveAnswers(StunAttribute... attributes) throws BindException {
    SimulatedHost host = internet.host("server", LINK);
    host.join(internet.realm(), SERVER.getAddress());
    host.join(internet.realm(), OTHER.getAddress());
    SimulatedUdpSocket[] socket = new SimulatedUdpSocket[1];
    socket[0] =
        host.bindUdp(
            SERVER,
            (packet, from) -> {
              ByteBuffer answer = ByteBuffer.allocate(500);
              StunMessage request = assertDoesNotThrow(() -> StunMessage.parse(packet));
              new StunMessage(
                      MessageClass.SUCCESS_RESPONSE,
                      request.method(),
                      request.transactionId(),
                      attributes)
                  .encode(answer);
              socket[0].send(answer.flip(), from);
            });
  }

  @Test
  void aServerThatDoesNotAnswerFromElsewhereIsOfNoHelp() throws Exception {
    serveAnswers(new StunAttribute.XorMappedAddress(SERVER), new StunAttribute.OtherAddress(OTHER));
    NatReport report = asks(behind(NatOptions.FULL_CONE), "192.168.0.2");
    assertEquals(NatBehaviour.UNKNOWN, report.filtering());
    assertEquals(NatBehaviour.UNKNOWN, report.mapping());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"198.51.100.1:3479", "198.51.100.2:3478", "0.0.0.0:9", "239.1.1.1:9", "1.2.3.4:0"})
  void anOtherAddressThatIsNoneIsNotAsked(String other) throws Exception {
    String[] parts = other.split(":");
    InetSocketAddress told = new InetSocketAddress(address(parts[0]), Integer.parseInt(parts[1]));
    serveAnswers(
        new StunAttribute.XorMappedAddress(new InetSocketAddress(address("203.0.113.1"), 40_001)),
        new StunAttribute.OtherAddress(told));
    List<InetSocketAddress> asked = new ArrayList<>();
    internet.onSent((sender, from, to, packet) -> asked.add(to));
    NatReport report = asks(behind(NatOptions.FULL_CONE), "192.168.0.2");
    assertEquals(Optional.empty(), report.other());
    assertFalse(asked.contains(told));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noiseAndForgedAnswersDoNoHarm(long seed) throws Exception {
    serveDiscovery();
    Random random = new Random(seed);
    SimulatedHost host = internet.host("asker", LINK);
    host.join(internet.realm(), address("203.0.113.7"));
    Asker asker = new Asker(host);
    asker.discovery.start(internet.nowNanos());
    List<ByteBuffer> own = new ArrayList<>();
    for (NatDiscovery.Transmit transmit = asker.discovery.pollTransmit();
        transmit != null;
        transmit = asker.discovery.pollTransmit()) {
      own.add(transmit.packet());
    }
    for (int i = 0; i < 3_000; i++) {
      byte[] noise = new byte[random.nextInt(80)];
      random.nextBytes(noise);
      ByteBuffer packet = ByteBuffer.wrap(noise);
      if (noise.length >= 28) {
        // A response to a question of ours, with whatever in it.
        packet.put(0, own.get(0).duplicate(), 0, 20).putShort(0, (short) 0x0101);
        packet.putShort(2, (short) (noise.length - 20));
      }
      assertDoesNotThrow(
          () -> asker.discovery.handlePacket(random.nextInt(3), SERVER, packet, 1), "seed " + seed);
    }
    // Who does not sit at the server's address is not believed, even if he knows the question.
    ByteBuffer forged = ByteBuffer.allocate(100);
    StunMessage question = StunMessage.parse(own.get(1));
    new StunMessage(
            MessageClass.SUCCESS_RESPONSE,
            question.method(),
            question.transactionId(),
            new StunAttribute.XorMappedAddress(OTHER))
        .encode(forged);
    asker.discovery.handlePacket(1, OTHER, forged.flip(), 1);
    assertNull(asker.discovery.report());
  }
}
