package dev.turnstone.ice.internet;

import dev.turnstone.ice.IceParameters;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Someone with an address of its own, who can claim any source, sees what it is told, and counts
 * what comes back to any of its ports.
 */
final class Attacker {
  final InetAddress address;
  final List<ByteBuffer> received = new ArrayList<>();
  final SecureRandom random;
  long bytesSent;
  long bytesReceived;
  int sent;
  int largestSent;

  private final SimulatedInternet internet;

  Attacker(Scene scene, InetAddress address) {
    this.internet = scene.internet;
    this.address = address;
    this.random = scene.random();
    SimulatedHost host = internet.host("attacker", Scene.LINK);
    host.join(internet.realm(), address);
    internet.onSent(
        (sender, from, to, packet) -> {
          if (to.getAddress().equals(address)) {
            bytesReceived += packet.remaining();
            received.add(ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip());
          }
        });
  }

  /** Sends from a port of its own. */
  void send(ByteBuffer packet, int port, InetSocketAddress to) {
    sendAs(packet, new InetSocketAddress(address, port), to);
  }

  /** Sends from anywhere. */
  void sendAs(ByteBuffer packet, InetSocketAddress from, InetSocketAddress to) {
    sent++;
    bytesSent += packet.remaining();
    largestSent = Math.max(largestSent, packet.remaining());
    internet.inject(internet.realm(), from, to, packet);
  }

  /** How many of a class came back. */
  long received(MessageClass messageClass) {
    return received.stream().filter(packet -> classOf(packet) == messageClass).count();
  }

  private static MessageClass classOf(ByteBuffer packet) {
    try {
      return StunMessage.isStun(packet) ? StunMessage.parse(packet).messageClass() : null;
    } catch (StunParseException e) {
      throw new AssertionError(e);
    }
  }

  /** A check that is authentic if the password is right. */
  ByteBuffer check(IceParameters of, String ownFragment, String password, StunAttribute role) {
    ByteBuffer out = ByteBuffer.allocate(300);
    new StunMessage(
            MessageClass.REQUEST,
            StunMethod.BINDING,
            TransactionId.random(random),
            new StunAttribute.Username(of.usernameFragment() + ":" + ownFragment),
            new StunAttribute.Priority(12345),
            role)
        .encoder(out)
        .integrity(IntegrityKey.shortTerm(password))
        .fingerprint()
        .finish();
    return out.flip();
  }
}
