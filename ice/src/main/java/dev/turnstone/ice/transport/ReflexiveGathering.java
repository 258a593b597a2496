package dev.turnstone.ice.transport;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.agent.IceAgent;
import dev.turnstone.ice.agent.Transmit;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks STUN servers for the addresses that they see (RFC 8445 section 5.1.1.2), sans-IO. Bases and
 * servers are asked side by side; one that is dead delays nothing but the end.
 */
final class ReflexiveGathering {
  /**
   * RFC 8489 section 6.2.1: the first retransmission after 500 ms, then twice as long each time.
   */
  private static final long FIRST_TIMEOUT = Duration.ofMillis(500).toNanos();

  private static final int TRANSMISSIONS = 7;

  /** RFC 8445 section 14.2: what a gathering agent sends is paced too. */
  private static final long PACE = Duration.ofMillis(20).toNanos();

  /**
   * What a server told.
   *
   * @param base where we asked from
   * @param mapped what the server saw
   * @param server whom we asked
   */
  record Found(Base base, InetSocketAddress mapped, InetSocketAddress server) {}

  private static final class Question {
    final Base base;
    final InetSocketAddress server;
    final ByteBuffer message;
    int sends;
    long due;
    long timeout = FIRST_TIMEOUT;

    Question(Base base, InetSocketAddress server, ByteBuffer message, long due) {
      this.base = base;
      this.server = server;
      this.message = message;
      this.due = due;
    }
  }

  private final SecureRandom random;
  private final Map<TransactionId, Question> open = new LinkedHashMap<>();
  private final ArrayDeque<Found> found = new ArrayDeque<>();
  private final ArrayDeque<Transmit> outbox = new ArrayDeque<>();
  private long startAt;

  ReflexiveGathering(SecureRandom random) {
    this.random = random;
  }

  /** Asks a server from a base, unless no packet could go that way. */
  void ask(Base base, InetSocketAddress server, long now) {
    if (!Addresses.canReach(base.address().getAddress(), server.getAddress())) {
      return;
    }
    TransactionId id = TransactionId.random(random);
    ByteBuffer request = ByteBuffer.allocate(StunMessage.HEADER_LENGTH + 8);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, id)
        .encoder(request)
        .fingerprint()
        .finish();
    startAt = Math.max(startAt, now);
    open.put(id, new Question(base, server, request.flip(), startAt));
    startAt += PACE;
  }

  /** Whether every question has been answered or given up. */
  boolean isDone() {
    return open.isEmpty();
  }

  /** Gives everything up that is still open. */
  void cancel() {
    open.clear();
  }

  /** A base is gone. */
  void remove(Base base) {
    open.values().removeIf(question -> question.base == base);
  }

  /**
   * Takes a response.
   *
   * @return whether one of our questions has that transaction id
   */
  boolean handleResponse(StunMessage response, Base base, InetSocketAddress from) {
    Question question = open.get(response.transactionId());
    if (question == null) {
      return false;
    }
    // From where we asked, at where we asked from: anyone else would have to guess 96 bits.
    if (question.base != base || !question.server.equals(from)) {
      return true;
    }
    open.remove(response.transactionId());
    if (response.messageClass() == MessageClass.SUCCESS_RESPONSE) {
      mapped(response)
          .filter(Addresses::isUsable)
          .ifPresent(address -> found.add(new Found(base, address, from)));
    }
    return true;
  }

  private static Optional<InetSocketAddress> mapped(StunMessage response) {
    return response
        .attribute(StunAttribute.XorMappedAddress.class)
        .map(StunAttribute.XorMappedAddress::address)
        .or(
            () ->
                response
                    .attribute(StunAttribute.MappedAddress.class)
                    .map(StunAttribute.MappedAddress::address));
  }

  void handleTimeout(long now) {
    for (Iterator<Question> all = open.values().iterator(); all.hasNext(); ) {
      Question question = all.next();
      if (question.due > now) {
        continue;
      }
      if (question.sends == TRANSMISSIONS) {
        all.remove();
        continue;
      }
      if (question.sends > 0) {
        question.timeout *= 2;
      }
      question.sends++;
      question.due = now + question.timeout;
      outbox.add(new Transmit(question.base, question.server, question.message.duplicate()));
    }
  }

  long nextTimeout() {
    long next = IceAgent.NEVER;
    for (Question question : open.values()) {
      next = Math.min(next, question.due);
    }
    return next;
  }

  Transmit pollTransmit() {
    return outbox.poll();
  }

  /** What was learned, or null. */
  Found pollFound() {
    return found.poll();
  }
}
