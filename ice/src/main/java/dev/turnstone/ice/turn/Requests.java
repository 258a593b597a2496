package dev.turnstone.ice.turn;

import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests to the server: sent again until they are answered, given credentials when it asks for
 * them, and answered only by who has the key (RFC 8489 sections 6.2 and 9.2).
 */
final class Requests {
  /** Hears what became of a request; one of the two is called, once. */
  interface Outcome {
    /**
     * The server grants it.
     *
     * @param sentAt when the request left first: the server has decided no earlier
     */
    void onSuccess(StunMessage response, long sentAt, long now);

    /**
     * The server refuses it.
     *
     * @param code the error code, or 0 when there was no answer
     * @param response the refusal, or null when there was none that is genuine
     */
    void onFailure(int code, StunMessage response, long now);
  }

  /** RFC 8489 section 6.2.1: 500 ms, then twice as long each time, seven times in all. */
  private static final long FIRST_TIMEOUT = Duration.ofMillis(500).toNanos();

  private static final int TRANSMISSIONS = 7;
  private static final long LAST_TIMEOUT = 16 * FIRST_TIMEOUT;

  /** Section 6.2.2: over a stream it waits as long as all of that takes. */
  private static final long STREAM_TIMEOUT = Duration.ofMillis(39_500).toNanos();

  private static final int MAX_CHALLENGES = 4;

  /** Name, realm and nonce as long as they may be, and room for sixteen peers. */
  private static final int LONGEST = 4096;

  private static final class Request {
    final StunMethod method;
    final List<StunAttribute> attributes;
    final Outcome outcome;
    TransactionId id;
    ByteBuffer bytes;
    boolean authenticated;
    int challenges;
    int sends;
    long sentAt;
    long timeout;
    long due;
    int unproven;

    Request(StunMethod method, List<StunAttribute> attributes, Outcome outcome) {
      this.method = method;
      this.attributes = attributes;
      this.outcome = outcome;
    }
  }

  private final LongTerm credentials;
  private final boolean stream;
  private final SecureRandom random;
  private final Map<TransactionId, Request> open = new HashMap<>();
  private final ArrayDeque<ByteBuffer> outbox = new ArrayDeque<>();
  private long next = TurnClient.NEVER;

  Requests(LongTerm credentials, boolean stream, SecureRandom random) {
    this.credentials = credentials;
    this.stream = stream;
    this.random = random;
  }

  /** Asks the server for something. */
  void ask(StunMethod method, List<StunAttribute> attributes, Outcome outcome, long now) {
    send(new Request(method, attributes, outcome), now);
  }

  /** Sends a message that nothing answers. */
  void tell(ByteBuffer indication) {
    outbox.add(indication);
  }

  private void send(Request request, long now) {
    request.id = TransactionId.random(random);
    ByteBuffer out = ByteBuffer.allocate(LONGEST);
    var encoder =
        new StunMessage(MessageClass.REQUEST, request.method, request.id, request.attributes)
            .encoder(out);
    credentials.protect(encoder);
    encoder.finish();
    request.authenticated = credentials.isKnown();
    request.bytes = out.flip();
    request.sends = 0;
    request.sentAt = now;
    request.timeout = FIRST_TIMEOUT;
    open.put(request.id, request);
    transmit(request, now);
  }

  private void transmit(Request request, long now) {
    request.sends++;
    if (stream) {
      request.due = now + STREAM_TIMEOUT;
    } else if (request.sends == TRANSMISSIONS) {
      request.due = now + LAST_TIMEOUT;
    } else {
      request.due = now + request.timeout;
      request.timeout *= 2;
    }
    next = Math.min(next, request.due);
    outbox.add(request.bytes.duplicate());
  }

  /**
   * Takes a response.
   *
   * @return whether it meant something
   */
  boolean handleResponse(StunMessage response, ByteBuffer bytes, long now) {
    Request request = open.get(response.transactionId());
    if (request == null || !request.method.equals(response.method())) {
      return false;
    }
    boolean genuine = request.authenticated && credentials.isGenuine(bytes);
    if (response.messageClass() == MessageClass.SUCCESS_RESPONSE) {
      // RFC 8489 section 9.2.5: without the right integrity it counts as never received. That a
      // server asks for no credentials at all is not believed either: RFC 8656 section 5 has it
      // ask.
      // RFC 8489 section 6.3.3: nor is one that says what we must understand and do not.
      if (!genuine || !response.unknownComprehensionRequired().isEmpty()) {
        return false;
      }
      close(request);
      request.outcome.onSuccess(response, request.sentAt, now);
      return true;
    }
    int code =
        response
            .attribute(StunAttribute.ErrorCode.class)
            .map(StunAttribute.ErrorCode::code)
            .orElse(0);
    if (code == 0) {
      return false;
    }
    if (code == 401 || code == 438) {
      close(request);
      if (!handleChallenge(request, response, code, now)) {
        request.outcome.onFailure(code, response, now);
      }
      return true;
    }
    if (!genuine && request.authenticated) {
      // Counts as never received, but is a better reason than silence when nothing else comes.
      request.unproven = code;
      return false;
    }
    close(request);
    request.outcome.onFailure(code, response, now);
    return true;
  }

  private boolean handleChallenge(Request request, StunMessage response, int code, long now) {
    if (request.challenges == MAX_CHALLENGES) {
      return false;
    }
    // RFC 8489 section 9.2.5: a 401 to a request that bore what the server has just asked for says
    // that user name or password are wrong: the same ones are not tried again.
    boolean refused = code == 401 && request.authenticated && request.challenges > 0;
    request.challenges++;
    if (!credentials.handleChallenge(response) || refused && !credentials.renew()) {
      return false;
    }
    send(request, now);
    return true;
  }

  private void close(Request request) {
    open.remove(request.id);
    recount();
  }

  /** Forgets everything that is open: nothing more is heard of it. */
  void cancel() {
    open.clear();
    next = TurnClient.NEVER;
  }

  /** Whether something waits for an answer. */
  boolean isWaiting() {
    return !open.isEmpty();
  }

  void handleTimeout(long now) {
    if (now < next) {
      return;
    }
    for (Request request : List.copyOf(open.values())) {
      if (request.due > now || open.get(request.id) != request) {
        continue;
      }
      if (stream || request.sends == TRANSMISSIONS) {
        open.remove(request.id);
        request.outcome.onFailure(request.unproven, null, now);
      } else {
        transmit(request, now);
      }
    }
    recount();
  }

  private void recount() {
    next = TurnClient.NEVER;
    for (Request request : open.values()) {
      next = Math.min(next, request.due);
    }
  }

  long nextTimeout() {
    return next;
  }

  ByteBuffer poll() {
    return outbox.poll();
  }
}
