package dev.turnstone.ice.turn;

import dev.turnstone.ice.IceServer;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunEncoder;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A client and a server that answers as the test says, on simulated time. By default the server is
 * a polite one. Nothing arrives later than it was sent.
 */
final class ScriptedServer {
  static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 3478);
  static final InetSocketAddress RELAYED = new InetSocketAddress("192.0.2.1", 50000);
  static final InetSocketAddress RELAYED6 = new InetSocketAddress("2001:db8::1", 50000);
  static final InetSocketAddress MAPPED = new InetSocketAddress("203.0.113.7", 40000);
  static final IceServer.Credentials CREDENTIALS =
      new IceServer.Credentials("alice", "secret-word");

  /** What is answered to a request in place of the usual; null means the usual. */
  interface Script {
    StunEncoder answer(StunMessage request, boolean authentic);
  }

  final List<StunMessage> requests = new ArrayList<>();
  final List<ByteBuffer> packets = new ArrayList<>();
  final List<TurnEvent> events = new ArrayList<>();
  final TurnClient client;
  private final ArrayDeque<IceServer.Credentials> more = new ArrayDeque<>();
  private final SecureRandom random = new SecureRandom();
  private IceServer.Credentials current = CREDENTIALS;

  long now;
  IceServer.Credentials expected = CREDENTIALS;
  String realm = "example.org";
  String nonce = "nonce-1";
  List<StunAttribute> challengeExtras = List.of();
  boolean sha256;
  long lifetime = 600;
  List<InetSocketAddress> relays = List.of(RELAYED);
  InetSocketAddress mapped = MAPPED;
  boolean silent;
  Script script = (request, authentic) -> null;

  ScriptedServer() {
    this(TurnSettings.Families.IPV4, false);
  }

  ScriptedServer(TurnSettings.Families families, boolean stream) {
    this(SERVER, families, stream);
  }

  ScriptedServer(InetSocketAddress server, TurnSettings.Families families, boolean stream) {
    client =
        new TurnClient(new TurnSettings(server, stream, families, this::nextCredentials), random);
  }

  private IceServer.Credentials nextCredentials() {
    if (!more.isEmpty()) {
      current = more.poll();
    }
    return current;
  }

  /** The supplier has these from its second asking on. */
  ScriptedServer thenCredentials(IceServer.Credentials next) {
    more.add(next);
    return this;
  }

  ScriptedServer allocate() {
    client.allocate(now);
    drain();
    return this;
  }

  /** Lets the time go by, from one thing that is due to the next. */
  void run(Duration time) {
    long end = now + time.toNanos();
    for (int turns = 0; client.nextTimeout() <= end; turns++) {
      if (turns > 100_000) {
        throw new AssertionError("busy loop at " + now + ": " + client);
      }
      now = Math.max(now, client.nextTimeout());
      client.handleTimeout(now);
      drain();
    }
    now = end;
  }

  void drain() {
    for (ByteBuffer out = client.pollTransmit(now); out != null; out = client.pollTransmit(now)) {
      packets.add(out.duplicate());
      if (ChannelData.isChannelData(out)) {
        continue;
      }
      StunMessage message = parse(out);
      if (message.messageClass() == MessageClass.REQUEST) {
        requests.add(message);
        if (!silent) {
          ByteBuffer answer = answer(message, isAuthentic(message, out));
          if (answer != null) {
            client.handlePacket(answer, now);
          }
        }
      }
    }
    for (TurnEvent event = client.pollEvent(); event != null; event = client.pollEvent()) {
      events.add(event);
    }
  }

  static StunMessage parse(ByteBuffer bytes) {
    try {
      return StunMessage.parse(bytes);
    } catch (Exception e) {
      throw new AssertionError("the client sends nonsense", e);
    }
  }

  IntegrityKey key() {
    return sha256
        ? IntegrityKey.longTermSha256(expected.username(), realm, expected.password())
        : IntegrityKey.longTermMd5(expected.username(), realm, expected.password());
  }

  private boolean isAuthentic(StunMessage message, ByteBuffer bytes) {
    return StunIntegrity.verify(bytes, key()) == Verdict.VALID;
  }

  private ByteBuffer answer(StunMessage request, boolean authentic) {
    StunEncoder scripted = script.answer(request, authentic);
    if (scripted != null) {
      scripted.finish();
      return buffer.flip();
    }
    String told = request.attribute(StunAttribute.Nonce.class).map(n -> n.nonce()).orElse("");
    if (!authentic) {
      return finish(error(request, 401).add(new StunAttribute.Realm(realm)), true);
    }
    if (!told.equals(nonce)) {
      return finish(error(request, 438).add(new StunAttribute.Realm(realm)), true);
    }
    StunEncoder success = success(request);
    if (request.method().equals(StunMethod.ALLOCATE)) {
      relays.forEach(relay -> success.add(new StunAttribute.XorRelayedAddress(relay)));
      success.add(new StunAttribute.XorMappedAddress(mapped));
      success.add(new StunAttribute.Lifetime(lifetime));
    } else if (request.method().equals(StunMethod.REFRESH)) {
      long asked = request.attribute(StunAttribute.Lifetime.class).get().seconds();
      success.add(new StunAttribute.Lifetime(asked == 0 ? 0 : lifetime));
    }
    return finish(sign(success), false);
  }

  private ByteBuffer finish(StunEncoder encoder, boolean challenge) {
    if (challenge) {
      encoder.add(new StunAttribute.Nonce(nonce));
      challengeExtras.forEach(encoder::add);
    }
    encoder.finish();
    return buffer.flip();
  }

  private ByteBuffer buffer;

  StunEncoder success(StunMessage request) {
    return begin(MessageClass.SUCCESS_RESPONSE, request);
  }

  StunEncoder error(StunMessage request, int code) {
    return begin(MessageClass.ERROR_RESPONSE, request)
        .add(new StunAttribute.ErrorCode(code, "because " + code));
  }

  /** An error that bears the key's mark. */
  StunEncoder signedError(StunMessage request, int code, StunAttribute... attributes) {
    StunEncoder error = error(request, code);
    List.of(attributes).forEach(error::add);
    return sign(error);
  }

  StunEncoder sign(StunEncoder encoder) {
    return sha256 ? encoder.integritySha256(key()) : encoder.integrity(key());
  }

  private StunEncoder begin(MessageClass kind, StunMessage request) {
    buffer = ByteBuffer.allocate(2048);
    return new StunEncoder(buffer, kind, request.method(), request.transactionId());
  }

  /** A Data indication, as the server makes it of what a peer sent. */
  ByteBuffer indication(InetSocketAddress peer, String data) {
    ByteBuffer out = ByteBuffer.allocate(2048);
    new StunMessage(
            MessageClass.INDICATION,
            StunMethod.DATA,
            TransactionId.random(random),
            new StunAttribute.XorPeerAddress(peer),
            new StunAttribute.Data(ByteBuffer.wrap(data.getBytes())))
        .encode(out);
    return out.flip();
  }

  /** What the client makes of data for a peer; null when it refuses. */
  ByteBuffer wrap(InetSocketAddress peer, String data) {
    ByteBuffer out = ByteBuffer.allocate(2048);
    boolean wrapped = client.wrap(peer, ByteBuffer.wrap(data.getBytes()), out, now);
    drain();
    return wrapped ? out.flip() : null;
  }

  /** How many requests of a kind have come, repetitions too. */
  long count(StunMethod method) {
    return requests.stream().filter(request -> request.method().equals(method)).count();
  }

  StunMessage last() {
    return requests.get(requests.size() - 1);
  }

  <T extends TurnEvent> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  TurnEvent.Ended ended() {
    List<TurnEvent.Ended> all = events(TurnEvent.Ended.class);
    if (all.size() != 1) {
      throw new AssertionError("not one end: " + events);
    }
    return all.get(0);
  }
}
