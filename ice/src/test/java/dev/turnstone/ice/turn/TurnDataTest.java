package dev.turnstone.ice.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.turn.TurnSettings.Families;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permissions, channels and data. */
class TurnDataTest {
  private static final InetSocketAddress PEER = new InetSocketAddress("198.51.100.9", 7000);
  private static final InetSocketAddress OTHER = new InetSocketAddress("198.51.100.10", 7000);

  private final ScriptedServer server = new ScriptedServer().allocate();

  private static String text(Received received) {
    return received == null ? null : StandardCharsets.UTF_8.decode(received.data()).toString();
  }

  private ByteBuffer channelData(int channel, String data) {
    ByteBuffer out = ByteBuffer.allocate(100);
    new ChannelData(channel, ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8)))
        .encode(out, false);
    return out.flip();
  }

  private int bind(InetSocketAddress peer) {
    server.client.bind(peer, server.now);
    server.drain();
    assertTrue(server.events.contains(new TurnEvent.ChannelBound(peer)), "" + server.events);
    return server.requests.stream()
        .filter(r -> r.method().equals(StunMethod.CHANNEL_BIND))
        .filter(r -> r.attribute(StunAttribute.XorPeerAddress.class).get().address().equals(peer))
        .findFirst()
        .flatMap(r -> r.attribute(StunAttribute.ChannelNumber.class))
        .get()
        .number();
  }

  private static InetSocketAddress peer(int number) {
    return new InetSocketAddress("198.51." + number / 250 + "." + (number % 250 + 1), 7000);
  }

  @Test
  void severalPeersArePermittedInOneRequest() {
    for (int i = 0; i < 20; i++) {
      server.client.permit(peer(i).getAddress(), server.now);
    }
    server.drain();
    assertEquals(2, server.count(StunMethod.CREATE_PERMISSION));
    assertEquals(
        20,
        server.requests.stream()
            .mapToInt(r -> r.attributes(StunAttribute.XorPeerAddress.class).size())
            .sum());
    server.client.permit(peer(3).getAddress(), server.now);
    server.drain();
    assertEquals(2, server.count(StunMethod.CREATE_PERMISSION), "asked once");
  }

  @Test
  void permissionsAreRenewedEachFourMinutes() {
    server.client.permit(PEER.getAddress(), server.now);
    server.client.permit(OTHER.getAddress(), server.now);
    server.drain();
    server.run(Duration.ofMinutes(61));
    assertEquals(16, server.count(StunMethod.CREATE_PERMISSION));
  }

  @Test
  void aRenewalThatGetsLostIsDoneAgainBeforeTheFiveMinutesAreOver() {
    server.client.permit(PEER.getAddress(), server.now);
    server.drain();
    server.run(Duration.ofSeconds(239));
    server.silent = true;
    server.run(Duration.ofSeconds(50));
    server.silent = false;
    long before = server.count(StunMethod.CREATE_PERMISSION);
    server.run(Duration.ofSeconds(10));
    assertTrue(server.count(StunMethod.CREATE_PERMISSION) > before);
  }

  @Test
  void aForbiddenPeerDoesNotTakeTheOthersAlong() {
    server.script =
        (request, authentic) ->
            authentic
                    && request.attributes(StunAttribute.XorPeerAddress.class).stream()
                        .anyMatch(p -> p.address().getAddress().equals(OTHER.getAddress()))
                ? server.signedError(request, 403)
                : null;
    server.client.permit(PEER.getAddress(), server.now);
    server.client.permit(OTHER.getAddress(), server.now);
    server.drain();
    assertEquals(3, server.count(StunMethod.CREATE_PERMISSION));
    List<TurnEvent.PeerRefused> refused = server.events(TurnEvent.PeerRefused.class);
    assertEquals(1, refused.size());
    assertEquals(OTHER.getAddress(), refused.get(0).peer());
    assertEquals(403, refused.get(0).code());
    assertEquals("in", text(server.client.handlePacket(server.indication(PEER, "in"), 0)));
    assertNull(server.client.handlePacket(server.indication(OTHER, "in"), 0));
    for (int i = 0; i < 100; i++) {
      server.wrap(OTHER, "anyway");
    }
    assertEquals(3, server.count(StunMethod.CREATE_PERMISSION), "no storm");
    assertTrue(server.events(TurnEvent.Ended.class).isEmpty());
  }

  @Test
  void dataGoesAndComesInIndicationsAtFirst() {
    ByteBuffer packet = server.wrap(PEER, "hello");
    StunMessage message = ScriptedServer.parse(packet);
    assertEquals(StunMethod.SEND, message.method());
    assertEquals(PEER, message.attribute(StunAttribute.XorPeerAddress.class).get().address());
    assertEquals(
        "hello",
        StandardCharsets.UTF_8
            .decode(message.attribute(StunAttribute.Data.class).get().data())
            .toString());
    assertEquals(1, server.count(StunMethod.CREATE_PERMISSION));
    Received received = server.client.handlePacket(server.indication(PEER, "back"), server.now);
    assertEquals(PEER, received.peer());
    assertEquals("back", text(received));
  }

  @Test
  void aBoundChannelAddsFourBytes() {
    int channel = bind(PEER);
    ByteBuffer packet = server.wrap(PEER, "hello");
    assertEquals(9, packet.remaining());
    assertEquals(channel, packet.getShort(0));
    Received received = server.client.handlePacket(channelData(channel, "back"), server.now);
    assertEquals(PEER, received.peer());
    assertEquals("back", text(received));
  }

  @Test
  void onAStreamChannelDataIsPadded() {
    ScriptedServer stream = new ScriptedServer(Families.IPV4, true).allocate();
    stream.client.bind(PEER, stream.now);
    stream.drain();
    ByteBuffer packet = stream.wrap(PEER, "hello");
    assertEquals(12, packet.remaining());
    assertEquals(5, packet.getShort(2));
  }

  @Test
  void peersHaveChannelsOfTheirOwn() {
    assertNotEquals(bind(PEER), bind(OTHER));
  }

  @Test
  void aChannelIsBoundAgainWithinTenMinutesWhileItIsUsed() {
    int channel = bind(PEER);
    for (int minute = 0; minute < 60; minute++) {
      server.run(Duration.ofMinutes(1));
      assertEquals(channel, server.wrap(PEER, "x").getShort(0), "minute " + minute);
    }
    assertEquals(7, server.count(StunMethod.CHANNEL_BIND));
    assertEquals(1, server.events(TurnEvent.ChannelBound.class).size());
  }

  @Test
  void anIdleChannelLapsesAndComesBackWithItsNumber() {
    int channel = bind(PEER);
    server.run(Duration.ofMinutes(12));
    assertEquals(1, server.count(StunMethod.CHANNEL_BIND));
    // Number and peer still belong together: only after another five minutes they would be free.
    assertEquals(StunMethod.SEND, ScriptedServer.parse(server.wrap(PEER, "x")).method());
    server.run(Duration.ofSeconds(1));
    assertEquals(channel, server.wrap(PEER, "x").getShort(0));
  }

  @Test
  void aChannelThatNobodyMissesIsForgottenWhenItsNumberIsFree() {
    bind(PEER);
    server.run(Duration.ofMinutes(16));
    assertTrue(server.client.toString().contains("channels=0"), server.client.toString());
  }

  @Test
  void aRefusedChannelLeavesIndications() {
    server.script =
        (request, authentic) ->
            authentic && request.method().equals(StunMethod.CHANNEL_BIND)
                ? server.signedError(request, 400)
                : null;
    for (int i = 0; i < 50; i++) {
      server.client.bind(PEER, server.now);
      server.drain();
    }
    assertEquals(1, server.count(StunMethod.CHANNEL_BIND));
    assertEquals(StunMethod.SEND, ScriptedServer.parse(server.wrap(PEER, "x")).method());
    assertEquals(1, server.events(TurnEvent.PeerRefused.class).size());
  }

  @Test
  void whatIsNotFromAPermittedPeerIsDropped() {
    assertNull(server.client.handlePacket(server.indication(PEER, "in"), server.now));
    assertNull(server.client.handlePacket(channelData(0x4000, "in"), server.now));
    assertEquals(2, server.client.ignored());
  }

  @Test
  void beforeAnAllocationNothingIsSentToPeers() {
    ScriptedServer fresh = new ScriptedServer();
    assertNull(fresh.wrap(PEER, "x"));
    assertFalse(fresh.client.permit(PEER.getAddress(), 0));
    assertFalse(fresh.client.bind(PEER, 0));
    assertTrue(fresh.packets.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "239.1.2.3", "255.255.255.255", "169.254.1.1"})
  void theServerIsNotAskedToSendWhereNoPeerIs(String address) throws Exception {
    assertFalse(server.client.permit(InetAddress.getByName(address), server.now));
    assertNull(server.wrap(new InetSocketAddress(address, 80), "x"));
    assertEquals(0, server.count(StunMethod.CREATE_PERMISSION));
  }

  @Test
  void peersWithoutEndTakeNoMoreMemory() {
    for (int i = 0; i < 5000; i++) {
      server.client.bind(peer(i), server.now);
      server.wrap(peer(i), "x");
    }
    assertTrue(server.client.toString().contains("permissions=128"), server.client.toString());
    assertTrue(server.client.toString().contains("channels=64"), server.client.toString());
    server.run(Duration.ofMinutes(1));
    assertEquals(StunMethod.SEND, ScriptedServer.parse(server.wrap(peer(4999), "x")).method());
  }

  @Test
  void nothingThatComesMakesItThrow() {
    long seed = 20261121;
    Random random = new Random(seed);
    bind(PEER);
    byte[] indication = new byte[server.indication(PEER, "some data").remaining()];
    server.indication(PEER, "some data").get(indication);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = indication.clone();
      int flips = random.nextInt(6);
      for (int flip = 0; flip < flips; flip++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      server.client.handlePacket(ByteBuffer.wrap(bytes, 0, length), server.now);
      server.drain();
    }
    assertEquals(List.of(), server.events(TurnEvent.Ended.class), "seed " + seed);
  }
}
