package dev.turnstone.ice.transport;

import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.agent.IceAgent;
import dev.turnstone.ice.agent.Transmit;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the bindings of NATs that servers have told us of, until a pair works (RFC 8445 section
 * 5.1.1.4), sans-IO: an offer may wait for minutes for its answer. After that consent checks do it.
 */
final class BindingKeepalive {
  /** RFC 8445 section 11: no less; RFC 4787 section 4.3 lets a NAT forget after 30 s at times. */
  private static final long INTERVAL = Duration.ofSeconds(15).toNanos();

  private record Binding(Base base, InetSocketAddress server) {}

  private final SecureRandom random;

  /** When each is due. */
  private final Map<Binding, Long> bindings = new LinkedHashMap<>();

  private final ArrayDeque<Transmit> outbox = new ArrayDeque<>();

  BindingKeepalive(SecureRandom random) {
    this.random = random;
  }

  /** A server has told how it sees a base. */
  void keep(Base base, InetSocketAddress server, long now) {
    bindings.put(new Binding(base, server), now + INTERVAL);
  }

  /** A base is gone. */
  void remove(Base base) {
    bindings.keySet().removeIf(binding -> binding.base == base);
  }

  /** A pair works: it needs no help. */
  void cancel() {
    bindings.clear();
  }

  void handleTimeout(long now) {
    for (Map.Entry<Binding, Long> each : bindings.entrySet()) {
      if (now >= each.getValue()) {
        each.setValue(now + INTERVAL);
        outbox.add(new Transmit(each.getKey().base, each.getKey().server, indication()));
      }
    }
  }

  /**
   * Deviation: section 5.1.1.4 says requests. An indication keeps the binding as well, and nobody
   * has to answer.
   */
  private ByteBuffer indication() {
    ByteBuffer message = ByteBuffer.allocate(StunMessage.HEADER_LENGTH + 8);
    new StunMessage(MessageClass.INDICATION, StunMethod.BINDING, TransactionId.random(random))
        .encoder(message)
        .fingerprint()
        .finish();
    return message.flip();
  }

  long nextTimeout() {
    long next = IceAgent.NEVER;
    for (long due : bindings.values()) {
      next = Math.min(next, due);
    }
    return next;
  }

  Transmit pollTransmit() {
    return outbox.poll();
  }
}
