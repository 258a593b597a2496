package dev.turnstone.turn;

import static dev.turnstone.turn.Rig.PEER;
import static dev.turnstone.turn.Rig.assertGranted;
import static dev.turnstone.turn.Rig.at;
import static dev.turnstone.turn.Rig.error;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RelayTest {
  private final Rig rig = new Rig(Rig.relaying());
  private final Rig.Client client = rig.client(40_000);

  private void assertPeerGets(String text) {
    ServerOutput.ToPeer output = rig.take(ServerOutput.ToPeer.class);
    assertEquals(PEER, output.peer());
    assertEquals(1, output.relay());
    assertEquals(text, Rig.text(output.data()));
  }

  @Test
  void dataGoesBothWaysInIndications() {
    long relay = client.allocates();
    client.permits(PEER);
    client.sends(PEER, "hello");
    assertPeerGets("hello");

    rig.peerSends(relay, PEER, "hi");
    StunMessage indication = Rig.parse(rig.take(ServerOutput.ToClient.class).packet());
    assertEquals(MessageClass.INDICATION, indication.messageClass());
    assertEquals(StunMethod.DATA, indication.method());
    assertEquals(
        PEER, indication.attribute(StunAttribute.XorPeerAddress.class).orElseThrow().address());
    assertEquals(
        "hi", Rig.text(indication.attribute(StunAttribute.Data.class).orElseThrow().data()));
    assertEquals(5, rig.server.counters().bytesToPeers());
    assertEquals(2, rig.server.counters().bytesToClients());
  }

  @Test
  void dataGoesBothWaysInAChannel() throws Exception {
    long relay = client.allocates();
    assertGranted(client.binds(0x4000, PEER));
    client.sendsChannelData(0x4000, "hello");
    assertPeerGets("hello");

    rig.peerSends(relay, PEER, "hi");
    ByteBuffer packet = rig.take(ServerOutput.ToClient.class).packet();
    assertEquals(6, packet.remaining());
    ChannelData data = ChannelData.parse(packet);
    assertEquals(0x4000, data.channel());
    assertEquals("hi", Rig.text(data.data()));
    // Another port of the same peer has the permission, but not the channel.
    rig.peerSends(relay, at("198.51.100.7", 5001), "hi");
    assertEquals(
        StunMethod.DATA, Rig.parse(rig.take(ServerOutput.ToClient.class).packet()).method());
  }

  @Test
  void channelDataIsFilledUpOnAStream() {
    Rig.Client client = rig.client(ClientTransport.TLS);
    long relay = client.allocates();
    assertGranted(client.binds(0x4FFF, PEER));
    client.sendsChannelData(0x4FFF, "hello");
    assertPeerGets("hello");
    rig.peerSends(relay, PEER, "hello");
    assertEquals(12, rig.take(ServerOutput.ToClient.class).packet().remaining());
  }

  @Test
  void nothingPassesWithoutAPermission() {
    long relay = client.allocates();
    client.sends(PEER, "hello");
    client.sendsChannelData(0x4000, "hello");
    rig.peerSends(relay, PEER, "hi");
    rig.peerSends(99, PEER, "hi");
    rig.client(40_001).sends(PEER, "hello");
    rig.assertQuiet();
    assertEquals(5, rig.server.counters().dropped());
  }

  @Test
  void aPermissionIsForAnAddressWithAllItsPorts() {
    client.allocates();
    client.permits(at("198.51.100.7", 0));
    client.sends(PEER, "hello");
    assertPeerGets("hello");
    client.sends(at("198.51.100.7", 0), "hello");
    client.sends(at("198.51.100.8", 5000), "hello");
    rig.assertQuiet();
  }

  @Test
  void aPermissionEndsAfterFiveMinutesUnlessItIsRenewed() {
    client.allocates();
    client.permits(PEER);
    rig.after(299);
    client.permits(PEER);
    rig.after(299);
    client.sends(PEER, "hello");
    assertPeerGets("hello");
    rig.after(1);
    client.sends(PEER, "hello");
    rig.assertQuiet();
  }

  @Test
  void dataRenewsNoPermission() {
    client.allocates();
    client.permits(PEER);
    rig.after(200);
    client.sends(PEER, "hello");
    assertPeerGets("hello");
    rig.after(100);
    client.sends(PEER, "hello");
    rig.assertQuiet();
  }

  @Test
  void aChannelEndsAfterTenMinutesAndItsPermissionAfterFive() {
    long relay = client.allocates(new StunAttribute.Lifetime(3600));
    assertGranted(client.binds(0x4000, PEER));
    rig.after(300);
    client.sendsChannelData(0x4000, "hello");
    rig.peerSends(relay, PEER, "hi");
    rig.assertQuiet();
    client.permits(PEER);
    client.sendsChannelData(0x4000, "hello");
    assertPeerGets("hello");
    rig.after(299);
    client.permits(PEER);
    rig.after(1);
    client.sendsChannelData(0x4000, "hello");
    rig.assertQuiet();
    // Now number and peer are free for others.
    assertGranted(client.binds(0x4000, at("198.51.100.8", 1)));
    assertGranted(client.binds(0x4001, PEER));
    client.sendsChannelData(0x4001, "hello");
    assertPeerGets("hello");
  }

  @Test
  void anExpiredChannelThatIsTakenOverLeavesNothingBehind() {
    InetSocketAddress other = at("198.51.100.8", 1);
    client.allocates(new StunAttribute.Lifetime(3600));
    assertGranted(client.binds(0x4000, PEER));
    assertGranted(client.binds(0x4001, other));
    rig.after(600);
    assertGranted(client.binds(0x4000, other));
    assertGranted(client.binds(0x4001, PEER));
    client.sendsChannelData(0x4001, "hello");
    assertPeerGets("hello");
    client.sendsChannelData(0x4000, "hello");
    assertEquals(other, rig.take(ServerOutput.ToPeer.class).peer());
  }

  @Test
  void aChannelHasOnePeerAndAPeerOneChannel() {
    client.allocates();
    assertGranted(client.binds(0x4000, PEER));
    assertGranted(client.binds(0x4000, PEER));
    assertEquals(400, error(client.binds(0x4001, PEER)));
    assertEquals(400, error(client.binds(0x4000, at("198.51.100.7", 5001))));
  }

  @Test
  void channelNumbersHaveARange() {
    client.allocates();
    assertEquals(400, error(client.binds(0x3FFF, PEER)));
    assertEquals(400, error(client.binds(0x5000, PEER)));
    assertEquals(400, error(client.binds(0x4000, at("198.51.100.7", 0))));
    assertEquals(
        400,
        error(client.demands(StunMethod.CHANNEL_BIND, new StunAttribute.ChannelNumber(0x4000))));
    assertEquals(400, error(client.demands(StunMethod.CREATE_PERMISSION)));
  }

  @Test
  void aPeerOfAnotherFamilyIsRefused() {
    client.allocates();
    InetSocketAddress six = at("2001:db8::7", 5000);
    assertEquals(443, error(client.binds(0x4000, six)));
    assertEquals(
        443,
        error(client.demands(StunMethod.CREATE_PERMISSION, new StunAttribute.XorPeerAddress(six))));
  }

  @Test
  void aPeerThatThePolicyRefusesIsForbidden() {
    Rig rig = new Rig(TurnServerOptions.builder().relay(Rig.REALM, Rig.USERS));
    Rig.Client client = rig.client(40_000);
    client.allocates();
    for (String inner : new String[] {"127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254"}) {
      assertEquals(403, error(client.binds(0x4000, at(inner, 80))));
      assertEquals(
          403,
          error(
              client.demands(
                  StunMethod.CREATE_PERMISSION,
                  new StunAttribute.XorPeerAddress(at("8.8.8.8", 80)),
                  new StunAttribute.XorPeerAddress(at(inner, 80)))));
    }
    // All or nothing: the good one among them has got no permission.
    client.sends(at("8.8.8.8", 80), "hello");
    rig.assertQuiet();
    client.permits(at("8.8.8.8", 80));
  }

  @Test
  void anAllocationHasOnlySoManyPeers() {
    Rig rig = new Rig(Rig.relaying().maxPeers(2, 1));
    Rig.Client client = rig.client(40_000);
    client.allocates(new StunAttribute.Lifetime(3600));
    assertGranted(client.binds(0x4000, at("198.51.100.1", 1)));
    assertEquals(508, error(client.binds(0x4001, at("198.51.100.2", 1))));
    client.permits(at("198.51.100.2", 1));
    client.permits(at("198.51.100.1", 1));
    StunMessage answer =
        client.demands(
            StunMethod.CREATE_PERMISSION, new StunAttribute.XorPeerAddress(at("198.51.100.3", 1)));
    assertEquals(508, error(answer));
    rig.after(600);
    client.permits(at("198.51.100.3", 1));
    assertGranted(client.binds(0x4001, at("198.51.100.2", 1)));
  }

  @Test
  void aSendThatAsksForWhatCannotBePromisedIsDropped() {
    client.allocates();
    client.permits(PEER);
    ByteBuffer out = ByteBuffer.allocate(200);
    new StunMessage(
            MessageClass.INDICATION,
            StunMethod.SEND,
            rig.id(),
            new StunAttribute.XorPeerAddress(PEER),
            new StunAttribute.DontFragment(),
            new StunAttribute.Data(Rig.bytes("hello")))
        .encode(out);
    client.hand(out.flip());
    rig.assertQuiet();
  }

  @Test
  void theLargestDatagramOfAPeerArrivesAndALargerOneDoesNoHarm() {
    long relay = client.allocates();
    client.permits(PEER);
    rig.server.handlePeerPacket(relay, PEER, ByteBuffer.allocate(65_407), rig.now);
    rig.drain();
    StunMessage message = Rig.parse(rig.take(ServerOutput.ToClient.class).packet());
    assertEquals(
        65_407, message.attribute(StunAttribute.Data.class).orElseThrow().data().remaining());
    rig.server.handlePeerPacket(relay, PEER, ByteBuffer.allocate(65_535), rig.now);
    rig.drain();
    rig.assertQuiet();
  }

  @Test
  void sixIsRelayedToSix() {
    long relay = client.allocates(new StunAttribute.RequestedAddressFamily(AddressFamily.IPV6));
    InetSocketAddress peer = at("2001:db8::7", 5000);
    client.permits(peer);
    client.sends(peer, "hello");
    assertEquals(peer, rig.take(ServerOutput.ToPeer.class).peer());
    rig.peerSends(relay, peer, "hi");
    StunMessage message = Rig.parse(rig.take(ServerOutput.ToClient.class).packet());
    assertEquals(
        peer, message.attribute(StunAttribute.XorPeerAddress.class).orElseThrow().address());
  }
}
