package dev.turnstone.ice.internet;

import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedUdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/** A STUN server that tells what it is asked for, or anything else. */
final class StunResponder {
  private final SimulatedUdpSocket socket;
  private final UnaryOperator<InetSocketAddress> tells;
  int asked;

  StunResponder(SimulatedHost host, InetSocketAddress local, UnaryOperator<InetSocketAddress> tells)
      throws IOException {
    this.socket = host.bindUdp(local, this::answer);
    this.tells = tells;
  }

  private void answer(ByteBuffer packet, InetSocketAddress from) {
    asked++;
    try {
      StunMessage request = StunMessage.parse(packet);
      ByteBuffer out = ByteBuffer.allocate(200);
      new StunMessage(
              MessageClass.SUCCESS_RESPONSE,
              request.method(),
              request.transactionId(),
              new StunAttribute.XorMappedAddress(tells.apply(from)))
          .encoder(out)
          .fingerprint()
          .finish();
      socket.send(out.flip(), from);
    } catch (StunParseException e) {
      throw new AssertionError(e);
    }
  }
}
