package dev.turnstone.ice;

import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunEncoder;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** A socket in the hands of the test: it speaks STUN as well or as badly as asked. */
final class RawPeer implements AutoCloseable {
  private final SecureRandom random = new SecureRandom();
  private final DatagramSocket socket;

  RawPeer() throws SocketException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(20_000);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  Candidate candidate() {
    return Candidate.host(address(), 65535);
  }

  static InetSocketAddress addressOf(Candidate candidate) {
    return new InetSocketAddress(candidate.address(), candidate.port());
  }

  void send(byte[] bytes, SocketAddress to) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  void send(ByteBuffer flipped, SocketAddress to) throws IOException {
    byte[] bytes = new byte[flipped.remaining()];
    flipped.get(bytes);
    send(bytes, to);
  }

  /** A check as ICE asks for it, protected with any key, or null for none. */
  ByteBuffer check(String username, IntegrityKey key) {
    ByteBuffer out = ByteBuffer.allocate(1000);
    StunEncoder encoder =
        new StunMessage(
                MessageClass.REQUEST,
                StunMethod.BINDING,
                TransactionId.random(random),
                new StunAttribute.Username(username),
                new StunAttribute.Priority(12345),
                new StunAttribute.IceControlled(1))
            .encoder(out);
    if (key != null) {
      encoder.integrity(key);
    }
    encoder.fingerprint().finish();
    return out.flip();
  }

  ByteBuffer check(IceParameters of, IceParameters own) {
    return check(
        of.usernameFragment() + ":" + own.usernameFragment(),
        IntegrityKey.shortTerm(of.password()));
  }

  /** A success, telling the address that it is asked to tell. */
  static ByteBuffer success(TransactionId id, InetSocketAddress mapped, IntegrityKey key) {
    ByteBuffer out = ByteBuffer.allocate(1000);
    StunEncoder encoder =
        new StunMessage(
                MessageClass.SUCCESS_RESPONSE,
                StunMethod.BINDING,
                id,
                new StunAttribute.XorMappedAddress(mapped))
            .encoder(out);
    if (key != null) {
      encoder.integrity(key);
    }
    encoder.fingerprint().finish();
    return out.flip();
  }

  /** The next datagram, from anybody. */
  Received receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    socket.receive(packet);
    return new Received(
        ByteBuffer.wrap(packet.getData(), 0, packet.getLength()),
        (InetSocketAddress) packet.getSocketAddress());
  }

  /** The next STUN message of a class. */
  Received receive(MessageClass messageClass) throws Exception {
    while (true) {
      Received received = receive();
      if (StunMessage.isStun(received.bytes) && received.message().messageClass() == messageClass) {
        return received;
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  record Received(ByteBuffer bytes, InetSocketAddress from) {
    StunMessage message() throws Exception {
      return StunMessage.parse(bytes);
    }
  }
}
