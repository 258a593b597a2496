package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Consent freshness on the selected path (RFC 7675): authenticated Binding requests whose answers
 * say that the peer still wants what we send. They keep NAT bindings alive too. ice4j checks
 * consent on nominated pairs only and tells of no silence.
 */
final class Consent {
  /** Hears of answers and of silence. */
  interface Listener {
    /** The peer answers again, after {@link #onSilence}. */
    void onAnswerAfterSilence();

    /** No answer for a while. */
    void onSilence();

    /** No answer for so long that nothing more may be sent. */
    void onExpired();
  }

  private static final int ROLE_CONFLICT = 487;

  private final IceOptions options;
  private final IceNetwork network;
  private final Path path;
  private final Listener listener;

  /** The requests that wait, each with whether it told the peer that we are controlling. */
  private final Map<TransactionId, Boolean> unanswered = new HashMap<>();

  private IceNetwork.Cancellable timer = () -> {};
  private long answeredAt;
  private boolean silent;
  private boolean over;

  /** Begins; the path has just been shown to work. */
  Consent(IceOptions options, IceNetwork network, Path path, Listener listener) {
    this.options = options;
    this.network = network;
    this.path = path;
    this.listener = listener;
    this.answeredAt = network.nowNanos();
    schedule(interval());
  }

  boolean isSilent() {
    return silent;
  }

  /** RFC 7675 section 5.1: five seconds, times a random 0.8 to 1.2. */
  private long interval() {
    double jitter = 0.8 + 0.4 * options.random().nextDouble();
    return (long) (options.timing().consentInterval().toNanos() * jitter);
  }

  private void schedule(long nanos) {
    timer.cancel();
    timer = network.schedule(Duration.ofNanos(nanos), this::check);
  }

  private void check() {
    if (over) {
      return;
    }
    long silence = network.nowNanos() - answeredAt;
    if (silence >= options.timing().consentExpiry().toNanos()) {
      // RFC 7675 section 5.1: consent expires 30 seconds after the last answer; sending must cease.
      cancel();
      listener.onExpired();
      return;
    }
    if (!silent && silence >= options.timing().disconnected().toNanos()) {
      silent = true;
      listener.onSilence();
      if (over) {
        return;
      }
    }
    request();
    // Deviation: RFC 7675 keeps the five seconds whatever is lost. Asking five times as often until
    // an answer comes tells a lost datagram from a lost peer sooner.
    schedule(unanswered.size() > 1 || silent ? interval() / 5 : firstWait());
  }

  /** After the first request of a round: soon enough to ask again if it is lost. */
  private long firstWait() {
    return options.timing().consentInterval().toNanos() / 5;
  }

  private void request() {
    TransactionId id = TransactionId.random(options.random());
    unanswered.put(id, path.generation().isControlling());
    path.generation().transactions().add(id, this::onResponse);
    ByteBuffer request = path.generation().bindingRequest(id, path.socket());
    path.socket().sendNow(request, path.remote());
  }

  private void onResponse(
      StunMessage response, ByteBuffer packet, BoundSocket at, InetSocketAddress from) {
    boolean genuine =
        at == path.socket()
            && from.equals(path.remote())
            && StunIntegrity.verify(packet, path.generation().remoteKey()) == Verdict.VALID;
    if (!genuine || over) {
      return;
    }
    if (response.messageClass() != MessageClass.SUCCESS_RESPONSE) {
      onRefusal(response);
      return;
    }
    forget();
    answeredAt = network.nowNanos();
    schedule(interval());
    if (silent) {
      silent = false;
      listener.onAnswerAfterSilence();
    }
  }

  /** RFC 8445 section 7.2.5.1: 487 means that the peer keeps the role that we have claimed. */
  private void onRefusal(StunMessage response) {
    boolean roleConflict =
        response
            .attribute(StunAttribute.ErrorCode.class)
            .filter(error -> error.code() == ROLE_CONFLICT)
            .isPresent();
    Boolean claimed = unanswered.get(response.transactionId());
    if (roleConflict && claimed != null) {
      path.generation().takeRole(!claimed);
    }
  }

  private void forget() {
    unanswered.keySet().forEach(path.generation().transactions()::remove);
    unanswered.clear();
  }

  void cancel() {
    over = true;
    timer.cancel();
    forget();
  }
}
