package dev.turnstone.turn;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTest {
  private static final List<StunMethod> METHODS =
      List.of(
          StunMethod.BINDING,
          StunMethod.ALLOCATE,
          StunMethod.REFRESH,
          StunMethod.SEND,
          StunMethod.DATA,
          StunMethod.CREATE_PERMISSION,
          StunMethod.CHANNEL_BIND,
          new StunMethod(0xABC));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noiseDoesNoHarm(long seed) {
    Random random = new Random(seed);
    Rig rig = new Rig(Rig.relaying());
    Rig.Client client = rig.client(40_000);
    long relay = client.allocates();
    client.permits(Rig.PEER);
    for (int i = 0; i < 5_000; i++) {
      byte[] noise = new byte[random.nextInt(120)];
      random.nextBytes(noise);
      ByteBuffer packet = ByteBuffer.wrap(noise);
      if (noise.length >= 20 && random.nextInt(4) != 0) {
        packet.putShort(2, (short) (noise.length - 20)).putInt(4, StunMessage.MAGIC_COOKIE);
        packet.put(0, (byte) random.nextInt(2)).put(1, (byte) random.nextInt(0x20));
      } else if (noise.length >= 4 && random.nextBoolean()) {
        packet.putShort(0, (short) (0x4000 + random.nextInt(3)));
        packet.putShort(2, (short) random.nextInt(noise.length + 4));
      }
      assertDoesNotThrow(() -> client.hand(packet), "seed " + seed);
      assertEquals(0, packet.position());
      rig.peerSends(relay, Rig.PEER, "peers may send anything");
      rig.outputs.clear();
    }
    assertEquals(1, rig.server.counters().allocations());
  }

  /** Whole messages with a password behind them, broken in a byte or two after they were signed. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void brokenMessagesDoNoHarm(long seed) {
    Random random = new Random(seed);
    Rig rig = new Rig(Rig.relaying());
    Rig.Client client = rig.client(40_000);
    client.allocates();
    List<ByteBuffer> good = new ArrayList<>();
    good.add(client.signed(rig.id(), StunMethod.REFRESH, new StunAttribute.Lifetime(600)));
    good.add(
        client.signed(
            rig.id(),
            StunMethod.CHANNEL_BIND,
            new StunAttribute.ChannelNumber(0x4000),
            new StunAttribute.XorPeerAddress(Rig.PEER)));
    for (int i = 0; i < 5_000; i++) {
      ByteBuffer original = good.get(random.nextInt(good.size()));
      ByteBuffer broken =
          ByteBuffer.allocate(original.remaining()).put(original.duplicate()).flip();
      for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
        int index = random.nextInt(broken.remaining());
        broken.put(index, (byte) (broken.get(index) ^ 1 << random.nextInt(8)));
      }
      if (broken.equals(original)) {
        continue; // the same bit twice
      }
      assertDoesNotThrow(() -> client.hand(broken), "seed " + seed);
      for (ServerOutput output : rig.outputs) {
        StunMessage answer = Rig.parse(((ServerOutput.ToClient) output).packet());
        // Two bits make a Binding request of another one; everybody may ask that.
        assertTrue(
            answer.messageClass() == MessageClass.ERROR_RESPONSE
                || answer.method().equals(StunMethod.BINDING),
            "seed " + seed + ": granted " + answer);
      }
      rig.outputs.clear();
    }
    assertEquals(1, rig.server.counters().allocations());
  }

  /** Who knows a password may ask for anything, in any combination: all of it is answered. */
  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void anyAttributesInAnyMessageAreAnswered(long seed) {
    Random random = new Random(seed);
    Rig rig = new Rig(Rig.relaying().maxAllocations(6, 4).maxPeers(5, 3), seed);
    List<Rig.Client> clients = new ArrayList<>();
    for (int port = 1; port <= 8; port++) {
      clients.add(rig.client(port));
      clients.get(port - 1).demands(StunMethod.REFRESH);
    }
    rig.outputs.clear();
    for (int i = 0; i < 5_000; i++) {
      Rig.Client client = clients.get(random.nextInt(clients.size()));
      rig.opensRelays = random.nextInt(10) != 0;
      StunMethod method = METHODS.get(random.nextInt(METHODS.size()));
      StunAttribute[] attributes = new StunAttribute[random.nextInt(5)];
      for (int a = 0; a < attributes.length; a++) {
        attributes[a] = attribute(random);
      }
      if (random.nextInt(4) == 0) {
        ByteBuffer out = ByteBuffer.allocate(1500);
        new StunMessage(MessageClass.INDICATION, method, rig.id(), attributes).encode(out);
        client.hand(out.flip());
      } else {
        client.hand(client.signed(rig.id(), method, attributes));
      }
      long relay = random.nextInt(200);
      switch (random.nextInt(6)) {
        case 0 -> rig.peerSends(relay, Rig.PEER, "hi");
        case 1 -> rig.server.relayFailed(relay, rig.now);
        case 2 -> rig.after(random.nextInt(400));
        case 3 -> rig.server.handleClientClosed(client.tuple);
        default -> {}
      }
      if (random.nextInt(50) == 0) {
        client.nonce = null;
        rig.outputs.clear();
        client.demands(StunMethod.REFRESH);
      }
      rig.drain();
      rig.outputs.clear();
      assertTrue(rig.server.counters().allocations() <= 4, "seed " + seed);
    }
    assertTrue(rig.server.counters().allocated() > 10, "seed " + seed + ": the game is dull");
    rig.after(3600);
    assertEquals(0, rig.server.counters().allocations(), "seed " + seed);
    assertEquals(TurnServer.NEVER, rig.server.nextTimeout(), "seed " + seed);
  }

  private static StunAttribute attribute(Random random) {
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> StunAttribute.RequestedTransport.UDP;
      case 4 -> new StunAttribute.Lifetime(random.nextInt(3) * 600L);
      case 5, 6 ->
          new StunAttribute.XorPeerAddress(
              Rig.at("198.51.100." + random.nextInt(9), random.nextInt(3)));
      case 7 -> new StunAttribute.XorPeerAddress(Rig.at("2001:db8::7", random.nextInt(3)));
      case 8, 9 -> new StunAttribute.ChannelNumber(0x3FFE + random.nextInt(6));
      case 10 -> new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6);
      case 11 ->
          new StunAttribute.RequestedAddressFamily(
              random.nextBoolean() ? AddressFamily.IPV6 : AddressFamily.IPV4);
      case 12 -> new StunAttribute.EvenPort(random.nextBoolean());
      case 13 -> new StunAttribute.Data(ByteBuffer.allocate(random.nextInt(9)));
      case 14 -> new StunAttribute.Unknown(0x7000 + random.nextInt(9), ByteBuffer.allocate(2));
      default -> new StunAttribute.ChangeRequest(random.nextBoolean(), random.nextBoolean());
    };
  }

  @Test
  void strangersLeaveNothingBehind() {
    Rig rig = new Rig(Rig.relaying());
    for (int port = 1; port < 5_000; port++) {
      Rig.Client stranger = rig.client(port);
      assertEquals(401, Rig.error(stranger.asks(StunMethod.ALLOCATE)));
      assertTrue(stranger.lastAnswerBytes <= 72);
    }
    assertEquals(0, rig.server.counters().allocations());
    assertEquals(TurnServer.NEVER, rig.server.nextTimeout());
  }
}
