package dev.turnstone.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunEncoder;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server, its clock, and clients that follow a script. Relay ports open at once unless told. */
final class Rig {
  static final String REALM = "example.org";
  static final long SECOND = 1_000_000_000L;
  static final Instant BIRTH = Instant.parse("2026-11-21T00:00:00Z");
  static final Credentials USERS = Credentials.of(Map.of("alice", "wonderland", "bob", "builder"));
  static final InetSocketAddress SERVER = at("192.0.2.1", 3478);
  static final InetSocketAddress PEER = at("198.51.100.7", 5000);

  final TurnServer server;
  final List<ServerOutput> outputs = new ArrayList<>();
  final List<Long> closed = new ArrayList<>();
  boolean opensRelays = true;
  long now = SECOND;
  private final SecureRandom random;

  Rig(TurnServerOptions.Builder options) {
    this(options, 1);
  }

  Rig(TurnServerOptions.Builder options, long seed) {
    random = seeded(seed);
    server = new TurnServer(options.build(), BIRTH, random);
  }

  /** For two users, with every peer allowed. */
  static TurnServerOptions.Builder relaying() {
    return TurnServerOptions.builder().relay(REALM, USERS).peerPolicy(PeerPolicy.everyAddress());
  }

  static SecureRandom seeded(long seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(seed);
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static InetSocketAddress at(String ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(ip), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  Client client(int port) {
    return new Client(new FiveTuple(ClientTransport.UDP, at("203.0.113.9", port), SERVER));
  }

  Client client(ClientTransport transport) {
    return new Client(new FiveTuple(transport, at("203.0.113.9", 40_000), SERVER));
  }

  TransactionId id() {
    return TransactionId.random(random);
  }

  void after(long seconds) {
    now += seconds * SECOND;
    server.handleTimeout(now);
    drain();
  }

  /** Where the simulated relay of a number is. */
  static InetSocketAddress relayAddress(long relay, AddressFamily family) {
    return at(family == AddressFamily.IPV4 ? "192.0.2.2" : "2001:db8::2", (int) (50_000 + relay));
  }

  void drain() {
    for (ServerOutput output = server.pollOutput(); output != null; output = server.pollOutput()) {
      if (opensRelays && output instanceof ServerOutput.OpenRelay open) {
        server.relayOpened(open.relay(), relayAddress(open.relay(), open.family()), now);
      } else if (output instanceof ServerOutput.CloseRelay close) {
        closed.add(close.relay());
      } else {
        outputs.add(output);
      }
    }
  }

  void peerSends(long relay, InetSocketAddress peer, String text) {
    server.handlePeerPacket(relay, peer, bytes(text), now);
    drain();
  }

  <T extends ServerOutput> T take(Class<T> kind) {
    return assertInstanceOf(kind, outputs.isEmpty() ? null : outputs.remove(0));
  }

  void assertQuiet() {
    assertTrue(outputs.isEmpty(), outputs::toString);
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  static StunMessage parse(ByteBuffer packet) {
    try {
      return StunMessage.parse(packet);
    } catch (StunParseException e) {
      throw new AssertionError(e);
    }
  }

  /** A client that knows the realm and keeps the nonce that it got last. */
  final class Client {
    final FiveTuple tuple;
    String username = "alice";
    String password = "wonderland";
    boolean sha256;
    String nonce;
    int lastAnswerBytes;

    Client(FiveTuple tuple) {
      this.tuple = tuple;
    }

    IntegrityKey key() {
      return sha256
          ? IntegrityKey.longTermSha256(username, REALM, password)
          : IntegrityKey.longTermMd5(username, REALM, password);
    }

    void hand(ByteBuffer packet) {
      server.handlePacket(tuple, packet, now);
      drain();
    }

    /** Asks without credentials. */
    StunMessage asks(StunMethod method, StunAttribute... attributes) {
      ByteBuffer out = ByteBuffer.allocate(1500);
      new StunMessage(MessageClass.REQUEST, method, id(), attributes).encode(out);
      hand(out.flip());
      return answer();
    }

    /** Asks with credentials, after fetching a nonce where there is none. */
    StunMessage demands(StunMethod method, StunAttribute... attributes) {
      return demands(id(), method, attributes);
    }

    StunMessage demands(TransactionId id, StunMethod method, StunAttribute... attributes) {
      if (nonce == null) {
        StunMessage challenge = asks(StunMethod.ALLOCATE);
        assertEquals(401, error(challenge));
        nonce = challenge.attribute(StunAttribute.Nonce.class).orElseThrow().nonce();
      }
      hand(signed(id, method, attributes));
      return outputs.isEmpty() ? null : answer();
    }

    ByteBuffer signed(TransactionId id, StunMethod method, StunAttribute... attributes) {
      ByteBuffer out = ByteBuffer.allocate(5000);
      StunEncoder encoder = new StunEncoder(out, MessageClass.REQUEST, method, id);
      for (StunAttribute attribute : attributes) {
        encoder.add(attribute);
      }
      encoder
          .add(new StunAttribute.Username(username))
          .add(new StunAttribute.Realm(REALM))
          .add(new StunAttribute.Nonce(nonce));
      if (sha256) {
        encoder
            .add(
                new StunAttribute.PasswordAlgorithms(
                    List.of(StunAttribute.Algorithm.SHA256, StunAttribute.Algorithm.MD5)))
            .add(new StunAttribute.PasswordAlgorithm(StunAttribute.Algorithm.SHA256))
            .integritySha256(key())
            .finish();
      } else {
        encoder.integrity(key()).finish();
      }
      return out.flip();
    }

    /** The answer that was sent; with integrity, it must be right. */
    StunMessage answer() {
      ServerOutput.ToClient output = take(ServerOutput.ToClient.class);
      assertEquals(tuple, output.tuple());
      lastAnswerBytes = output.packet().remaining();
      assertTrue(StunIntegrity.verify(output.packet(), key()) != Verdict.INVALID);
      return parse(output.packet());
    }

    /** Makes an allocation and tells its relay's number. */
    long allocates(StunAttribute... more) {
      StunAttribute[] attributes = new StunAttribute[more.length + 1];
      attributes[0] = StunAttribute.RequestedTransport.UDP;
      System.arraycopy(more, 0, attributes, 1, more.length);
      StunMessage answer = demands(StunMethod.ALLOCATE, attributes);
      assertEquals(MessageClass.SUCCESS_RESPONSE, answer.messageClass(), answer::toString);
      return answer
              .attribute(StunAttribute.XorRelayedAddress.class)
              .orElseThrow()
              .address()
              .getPort()
          - 50_000;
    }

    void permits(InetSocketAddress peer) {
      assertGranted(demands(StunMethod.CREATE_PERMISSION, new StunAttribute.XorPeerAddress(peer)));
    }

    StunMessage binds(int channel, InetSocketAddress peer) {
      return demands(
          StunMethod.CHANNEL_BIND,
          new StunAttribute.ChannelNumber(channel),
          new StunAttribute.XorPeerAddress(peer));
    }

    void sends(InetSocketAddress peer, String text) {
      ByteBuffer out = ByteBuffer.allocate(1500);
      new StunMessage(
              MessageClass.INDICATION,
              StunMethod.SEND,
              id(),
              new StunAttribute.XorPeerAddress(peer),
              new StunAttribute.Data(bytes(text)))
          .encode(out);
      hand(out.flip());
    }

    void sendsChannelData(int channel, String text) {
      ByteBuffer out = ByteBuffer.allocate(1500);
      new ChannelData(channel, bytes(text)).encode(out, tuple.transport().isStream());
      hand(out.flip());
    }
  }

  static int error(StunMessage answer) {
    assertEquals(MessageClass.ERROR_RESPONSE, answer.messageClass(), answer::toString);
    return answer.attribute(StunAttribute.ErrorCode.class).orElseThrow().code();
  }

  static void assertGranted(StunMessage answer) {
    assertNull(answer.attribute(StunAttribute.ErrorCode.class).orElse(null));
    assertEquals(MessageClass.SUCCESS_RESPONSE, answer.messageClass());
    assertTrue(
        answer.attribute(StunAttribute.MessageIntegrity.class).isPresent()
            || answer.attribute(StunAttribute.MessageIntegritySha256.class).isPresent());
  }

  static long lifetime(StunMessage answer) {
    return answer.attribute(StunAttribute.Lifetime.class).orElseThrow().seconds();
  }
}
