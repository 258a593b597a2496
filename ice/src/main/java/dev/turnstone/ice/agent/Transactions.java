package dev.turnstone.ice.agent;

import dev.turnstone.ice.IceRole;
import dev.turnstone.stun.TransactionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests of ours that wait for an answer, and when they are sent again (RFC 8489 section 6.2.1).
 */
final class Transactions {
  /** Why a request was sent. */
  enum Purpose {
    /** To find out whether the pair works. */
    CHECK,
    /** To nominate it too (RFC 8445 section 8.1.1). */
    NOMINATE,
    /** To learn whether the peer still wants what we send (RFC 7675); never sent again. */
    CONSENT
  }

  /** One request. */
  static final class Transaction {
    final TransactionId id;
    final Pair pair;
    final Purpose purpose;

    /** The role that it claimed for us. */
    final IceRole role;

    final ByteBuffer message;
    final long firstSentAt;
    private int sends = 1;
    private boolean settled;
    private boolean superseded;
    private long due;
    private long timeout;

    Transaction(
        TransactionId id, Pair pair, Purpose purpose, IceRole role, ByteBuffer message, long now) {
      this.id = id;
      this.pair = pair;
      this.purpose = purpose;
      this.role = role;
      this.message = message;
      this.firstSentAt = now;
    }

    /** Whether the time to its answer is that of one round trip. */
    boolean wasSentOnce() {
      return sends == 1;
    }
  }

  private final AgentTiming timing;
  private final Map<TransactionId, Transaction> waiting = new LinkedHashMap<>();
  private long next = IceAgent.NEVER;

  Transactions(AgentTiming timing) {
    this.timing = timing;
  }

  void add(Transaction transaction) {
    long now = transaction.firstSentAt;
    transaction.timeout = timing.firstTimeout().toNanos();
    transaction.due =
        transaction.purpose == Purpose.CONSENT
            ? now + timing.consentExpiry().toNanos()
            : now + (isReliable(transaction) ? patience() : transaction.timeout);
    waiting.put(transaction.id, transaction);
    next = Math.min(next, transaction.due);
  }

  /** RFC 8489 section 6.2.2: over a stream nothing is sent again. */
  private static boolean isReliable(Transaction transaction) {
    return transaction.pair.base().tcp().isPresent();
  }

  /** After so long a datagram that is sent again and again is given up too. */
  private long patience() {
    return timing.firstTimeout().toNanos() * ((1L << timing.transmissions()) - 1);
  }

  Transaction get(TransactionId id) {
    return waiting.get(id);
  }

  /**
   * Answered: it is not sent again, and stays for a while so that further answers to it are known.
   *
   * @return false when it had been answered before
   */
  boolean settle(Transaction transaction) {
    boolean news = !transaction.settled;
    transaction.settled = true;
    return news;
  }

  /**
   * Another check of the pair takes over: what is under way is not sent again, and is no failure
   * when it stays without an answer (RFC 8445 section 7.3.1.4).
   */
  void supersede(Pair pair) {
    for (Transaction other : waiting.values()) {
      if (other.pair == pair && other.purpose != Purpose.CONSENT) {
        other.superseded = true;
      }
    }
  }

  /** What asked the same of the same pair no later needs no answer any more. */
  void settleOlder(Transaction answered) {
    for (Transaction other : waiting.values()) {
      if (other.pair == answered.pair
          && other.purpose != Purpose.NOMINATE
          && other.firstSentAt <= answered.firstSentAt) {
        other.settled = true;
      }
    }
  }

  /** Whether an answer for that pair may still come. */
  boolean isWaitingFor(Pair pair) {
    return waiting.values().stream()
        .anyMatch(transaction -> transaction.pair == pair && !transaction.settled);
  }

  /** When {@link #due} has something to tell. */
  long nextTimeout() {
    return next;
  }

  /**
   * Sends again what is due.
   *
   * @return those that were sent as often as they may be and are given up
   */
  List<Transaction> due(long now, Shared shared) {
    if (now < next) {
      return List.of();
    }
    List<Transaction> over = new ArrayList<>();
    for (Iterator<Transaction> all = waiting.values().iterator(); all.hasNext(); ) {
      Transaction transaction = all.next();
      if (transaction.due > now) {
        continue;
      }
      if (transaction.settled) {
        all.remove();
      } else if (transaction.purpose == Purpose.CONSENT
          || transaction.sends == timing.transmissions()
          || isReliable(transaction)) {
        all.remove();
        if (!transaction.superseded) {
          over.add(transaction);
        }
      } else {
        transaction.sends++;
        transaction.timeout *= 2;
        transaction.due = now + transaction.timeout;
        if (!transaction.superseded) {
          transaction.pair.counters.requestsSent++;
          shared.sendAgain(transaction.pair.path(), transaction.message);
        }
      }
    }
    recount();
    return over;
  }

  private void recount() {
    next = IceAgent.NEVER;
    for (Transaction transaction : waiting.values()) {
      next = Math.min(next, transaction.due);
    }
  }
}
