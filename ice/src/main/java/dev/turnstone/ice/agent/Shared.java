package dev.turnstone.ice.agent;

import dev.turnstone.ice.IceRole;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;

/** What the conversations of one agent share: role, randomness, and what is to leave. */
final class Shared {
  /** The attribute of libwebrtc's renomination: a number that grows with each nomination. */
  static final int NOMINATION = 0xC001;

  /** More than any check or its answer needs. */
  private static final int LONGEST_MESSAGE = 1024;

  /** What waits to leave is dropped beyond this, as a network would. */
  private static final int MAX_WAITING = 256;

  final AgentTiming timing;
  final SecureRandom random;
  final AgentCounters counters = new AgentCounters();

  private final long tieBreaker;
  private final ArrayDeque<Transmit> outbox = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(LONGEST_MESSAGE);
  private IceRole role = IceRole.CONTROLLED;

  Shared(AgentTiming timing, SecureRandom random) {
    this.timing = timing;
    this.random = random;
    this.tieBreaker = random.nextLong();
  }

  IceRole role() {
    return role;
  }

  boolean isControlling() {
    return role == IceRole.CONTROLLING;
  }

  void setRole(IceRole next) {
    role = next;
  }

  long tieBreaker() {
    return tieBreaker;
  }

  Transmit pollTransmit() {
    return outbox.poll();
  }

  private void send(Path path, ByteBuffer message) {
    if (outbox.size() < MAX_WAITING) {
      outbox.add(new Transmit(path.base(), path.remote(), message));
    }
  }

  /** Sends a message again, as it is. */
  void sendAgain(Path path, ByteBuffer message) {
    send(path, message.duplicate());
  }

  /** Sends a check (RFC 8445 section 7.2.2) and returns its bytes. */
  ByteBuffer sendCheck(TransactionId id, Credentials credentials, Pair pair, boolean useCandidate) {
    var encoder =
        new StunMessage(
                MessageClass.REQUEST,
                StunMethod.BINDING,
                id,
                new StunAttribute.Username(credentials.outgoingUsername()),
                // 7.1.1: the priority that a peer-reflexive candidate learned from it would have.
                new StunAttribute.Priority(pair.base().peerReflexivePriority()),
                isControlling()
                    ? new StunAttribute.IceControlling(tieBreaker)
                    : new StunAttribute.IceControlled(tieBreaker))
            .encoder(scratch.clear());
    if (useCandidate) {
      encoder.add(new StunAttribute.UseCandidate());
      // draft-thatcher-ice-renomination: of several nominations the one with the greatest number
      // counts. Who does not know the attribute may leave it out of account (RFC 8489 section 14).
      encoder.add(
          new StunAttribute.Unknown(
              NOMINATION, ByteBuffer.allocate(Integer.BYTES).putInt((int) pair.nomination).flip()));
    }
    encoder.integrity(credentials.remoteKey()).fingerprint().finish();
    ByteBuffer message = written();
    send(pair.path(), message);
    return message;
  }

  /** Grants a request. */
  void sendSuccess(TransactionId id, IntegrityKey key, Path path) {
    respond(
        MessageClass.SUCCESS_RESPONSE,
        id,
        key,
        path,
        new StunAttribute.XorMappedAddress(path.remote()));
  }

  /** Refuses a request. */
  void sendError(TransactionId id, IntegrityKey key, Path path, int code, String reason) {
    respond(MessageClass.ERROR_RESPONSE, id, key, path, new StunAttribute.ErrorCode(code, reason));
  }

  /** Refuses a request that has attributes that we do not know (RFC 8489 section 6.3.1). */
  void sendUnknown(TransactionId id, IntegrityKey key, Path path, List<Integer> types) {
    respond(
        MessageClass.ERROR_RESPONSE,
        id,
        key,
        path,
        new StunAttribute.ErrorCode(420, ""),
        // Four at most: the answer must not be larger than the request.
        new StunAttribute.UnknownAttributes(types.subList(0, Math.min(types.size(), 4))));
  }

  private void respond(
      MessageClass kind,
      TransactionId id,
      IntegrityKey key,
      Path path,
      StunAttribute... attributes) {
    new StunMessage(kind, StunMethod.BINDING, id, attributes)
        .encoder(scratch.clear())
        .integrity(key)
        .fingerprint()
        .finish();
    send(path, written());
  }

  /** A copy of what was written, no larger than it: requests are kept until long after. */
  private ByteBuffer written() {
    scratch.flip();
    return ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
  }

  /** Whether a response comes from where its request went. */
  static boolean isSymmetric(Path path, Base base, InetSocketAddress from) {
    return path.base() == base && path.remote().equals(from);
  }
}
