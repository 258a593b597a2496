package dev.turnstone.turn;

import static dev.turnstone.turn.Rig.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindingTest {
  private static final InetSocketAddress OTHER = at("192.0.2.99", 3479);

  private final Rig rig = new Rig(TurnServerOptions.builder());

  private static Rig discovering() {
    return new Rig(
        TurnServerOptions.builder().discovery(List.of(new DiscoveryAddresses(Rig.SERVER, OTHER))));
  }

  @Test
  void aBindingRequestIsToldWhereItCameFrom() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer = client.asks(StunMethod.BINDING);
    assertEquals(MessageClass.SUCCESS_RESPONSE, answer.messageClass());
    assertEquals(
        List.of(new StunAttribute.XorMappedAddress(client.tuple.client())), answer.attributes());
    assertEquals(32, client.lastAnswerBytes);
  }

  @Test
  void anAnswerHasAFingerprintWhereTheRequestHadOne() {
    Rig.Client client = rig.client(40_000);
    ByteBuffer request = ByteBuffer.allocate(100);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, rig.id())
        .encoder(request)
        .fingerprint()
        .finish();
    client.hand(request.flip());
    assertEquals(
        Verdict.VALID, StunFingerprint.verify(rig.take(ServerOutput.ToClient.class).packet()));

    request.put(request.limit() - 1, (byte) (request.get(request.limit() - 1) ^ 1));
    client.hand(request);
    rig.assertQuiet();
    assertEquals(1, rig.server.counters().malformed());
  }

  @Test
  void whatMustBeUnderstoodAndIsNotIsNamed() {
    StunMessage answer =
        rig.client(40_000)
            .asks(
                StunMethod.BINDING,
                new StunAttribute.Unknown(0x7777, ByteBuffer.allocate(3)),
                new StunAttribute.Unknown(0x8777, ByteBuffer.allocate(3)));
    assertEquals(420, Rig.error(answer));
    assertEquals(
        List.of(0x7777),
        answer.attribute(StunAttribute.UnknownAttributes.class).orElseThrow().types());
  }

  @Test
  void aServerWithoutASecondAddressDoesNotKnowChangeRequest() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer =
        client.asks(StunMethod.BINDING, new StunAttribute.ChangeRequest(true, true));
    assertEquals(420, Rig.error(answer));
    assertEquals(36, client.lastAnswerBytes);
  }

  @Test
  void theSoftwareIsToldWhereThatIsWanted() {
    Rig named = new Rig(TurnServerOptions.builder().software("turnstone"));
    StunMessage answer = named.client(40_000).asks(StunMethod.BINDING);
    assertTrue(answer.attributes().contains(new StunAttribute.Software("turnstone")));
  }

  @Test
  void aServerWithoutARelayIsSilentToTurn() {
    Rig.Client client = rig.client(40_000);
    ByteBuffer request = ByteBuffer.allocate(100);
    new StunMessage(
            MessageClass.REQUEST,
            StunMethod.ALLOCATE,
            rig.id(),
            StunAttribute.RequestedTransport.UDP)
        .encode(request);
    client.hand(request.flip());
    rig.assertQuiet();
    assertEquals(1, rig.server.counters().dropped());
  }

  @Test
  void anAnswerComesFromWhereItWasAskedToComeFrom() {
    for (int bits = 0; bits < 4; bits++) {
      boolean ip = (bits & 2) != 0;
      boolean port = (bits & 1) != 0;
      Rig rig = discovering();
      Rig.Client client = rig.client(40_000);
      ByteBuffer request = ByteBuffer.allocate(100);
      new StunMessage(
              MessageClass.REQUEST,
              StunMethod.BINDING,
              rig.id(),
              new StunAttribute.ChangeRequest(ip, port))
          .encode(request);
      client.hand(request.flip());
      ServerOutput.ToClient output = rig.take(ServerOutput.ToClient.class);
      InetSocketAddress origin = at(ip ? "192.0.2.99" : "192.0.2.1", port ? 3479 : 3478);
      assertEquals(origin, output.tuple().server());
      assertEquals(client.tuple.client(), output.tuple().client());
      StunMessage answer = Rig.parse(output.packet());
      assertEquals(
          List.of(
              new StunAttribute.XorMappedAddress(client.tuple.client()),
              new StunAttribute.ResponseOrigin(origin),
              new StunAttribute.OtherAddress(OTHER)),
          answer.attributes());
      assertEquals(56, output.packet().remaining());
    }
  }

  @Test
  void anAddressThatIsNoneOfTheFourKnowsNoOther() {
    Rig rig = discovering();
    Rig.Client client =
        rig
        .new Client(
            new FiveTuple(ClientTransport.UDP, at("203.0.113.9", 1), at("192.0.2.3", 3478)));
    StunMessage answer = client.asks(StunMethod.BINDING);
    assertFalse(answer.attribute(StunAttribute.OtherAddress.class).isPresent());
    assertEquals(
        420,
        Rig.error(client.asks(StunMethod.BINDING, new StunAttribute.ChangeRequest(true, false))));
  }

  @Test
  void twoPlacesMustDifferInAddressAndPort() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new DiscoveryAddresses(Rig.SERVER, at("192.0.2.99", 3478)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DiscoveryAddresses(Rig.SERVER, at("192.0.2.1", 3479)));
  }
}
