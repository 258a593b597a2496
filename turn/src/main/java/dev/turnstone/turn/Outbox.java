package dev.turnstone.turn;

import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunEncoder;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** Writes messages and keeps them, with what else the driver shall do, until it fetches them. */
final class Outbox {
  /** More than any answer has: UNKNOWN-ATTRIBUTES, of 128 at most, is the only long one. */
  private static final int ANSWER_BYTES = 2048;

  /** The bytes of a Data indication around the data: header, peer, DATA and its padding. */
  private static final int INDICATION_BYTES = 20 + 24 + 4 + 3;

  private final Queue<ServerOutput> outputs = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(ANSWER_BYTES);
  private final Optional<String> software;
  private final SecureRandom random;
  private long granted;
  private long refused;

  Outbox(Optional<String> software, SecureRandom random) {
    this.software = software;
    this.random = random;
  }

  ServerOutput poll() {
    return outputs.poll();
  }

  void add(ServerOutput output) {
    outputs.add(output);
  }

  /**
   * Answers a request from the address that was asked.
   *
   * @param login who asked, or null when that was not shown
   */
  void answer(Request request, Login login, Answer answer) {
    answer(request, login, answer, request.tuple());
  }

  /**
   * Answers a request.
   *
   * @param from where the answer leaves from
   */
  void answer(Request request, Login login, Answer answer, FiveTuple from) {
    boolean success = answer.refusal() == null;
    StunEncoder encoder =
        new StunEncoder(
            scratch.clear(),
            success ? MessageClass.SUCCESS_RESPONSE : MessageClass.ERROR_RESPONSE,
            request.message().method(),
            request.message().transactionId());
    if (!success) {
      encoder.add(answer.refusal().errorCode(login != null));
    }
    answer.attributes().forEach(encoder::add);
    if (success || login != null) {
      software.ifPresent(text -> encoder.add(new StunAttribute.Software(text)));
    }
    if (login != null) {
      protect(encoder, request, login.key());
    }
    // RFC 8489 section 6.3.1: an answer has a FINGERPRINT where the request had one.
    if (request.fingerprint()) {
      encoder.fingerprint();
    }
    encoder.finish();
    if (success) {
      granted++;
    } else {
      refused++;
    }
    ByteBuffer packet = ByteBuffer.allocate(scratch.flip().remaining()).put(scratch).flip();
    outputs.add(new ServerOutput.ToClient(from, packet));
  }

  /** RFC 8489 section 9.2.4: the answer is protected as the request was. */
  private static void protect(StunEncoder encoder, Request request, IntegrityKey key) {
    if (request.has(StunAttribute.MessageIntegritySha256.class)) {
      encoder.integritySha256(key);
    } else {
      encoder.integrity(key);
    }
  }

  void toPeer(Relay relay, InetSocketAddress peer, ByteBuffer data) {
    outputs.add(new ServerOutput.ToPeer(relay.id(), peer, copy(data)));
  }

  /** RFC 8656 section 12.5: over a stream the data is padded, over UDP it need not be. */
  void channelData(FiveTuple tuple, int channel, ByteBuffer data) {
    ByteBuffer packet = ByteBuffer.allocate(ChannelData.HEADER_LENGTH + data.remaining() + 3);
    new ChannelData(channel, data).encode(packet, tuple.transport().isStream());
    outputs.add(new ServerOutput.ToClient(tuple, packet.flip()));
  }

  void dataIndication(FiveTuple tuple, InetSocketAddress peer, ByteBuffer data) {
    ByteBuffer packet = ByteBuffer.allocate(INDICATION_BYTES + data.remaining());
    new StunEncoder(packet, MessageClass.INDICATION, StunMethod.DATA, TransactionId.random(random))
        .add(new StunAttribute.XorPeerAddress(peer))
        .add(new StunAttribute.Data(data))
        .finish();
    outputs.add(new ServerOutput.ToClient(tuple, packet.flip()));
  }

  private static ByteBuffer copy(ByteBuffer data) {
    return ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
  }

  long granted() {
    return granted;
  }

  long refused() {
    return refused;
  }
}
