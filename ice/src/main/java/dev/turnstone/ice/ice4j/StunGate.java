package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.IceParameters;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands between the network and ice4j: a message passes only when it is well-formed and its
 * MESSAGE-INTEGRITY verifies. ice4j itself checks no response and would answer forged requests.
 */
final class StunGate {
  /** An honest peer's checks come from as many addresses as it has, and NATs between. */
  private static final int MAX_ADDRESSES = 128;

  private final String usernamePrefix;
  private final IntegrityKey localKey;
  private final Transactions transactions;
  private final Counters counters;
  private final Map<Origin, StunMessage> early = new LinkedHashMap<>();
  private IntegrityKey remoteKey;
  private int addresses;
  private boolean open;

  StunGate(IceParameters local, Transactions transactions, Counters counters) {
    this.usernamePrefix = local.usernameFragment() + ":";
    this.localKey = IntegrityKey.shortTerm(local.password());
    this.transactions = transactions;
    this.counters = counters;
  }

  void setRemote(IceParameters remote) {
    remoteKey = IntegrityKey.shortTerm(remote.password());
  }

  /**
   * The agent has begun and knows its role: it gets what came early, and what comes from now on.
   *
   * @param controlling whether the agent has that role
   */
  void open(boolean controlling) {
    open = true;
    early.forEach(
        (origin, request) -> deliver(origin.at, peaceful(request, controlling), origin.from));
    early.clear();
  }

  /**
   * An early check without the role conflict that it may have: it has been answered, so a refusal
   * now would go unheard. The check that it triggers in return settles the roles.
   */
  private ByteBuffer peaceful(StunMessage request, boolean controlling) {
    List<StunAttribute> attributes = new ArrayList<>();
    for (StunAttribute attribute : request.attributes()) {
      if (attribute instanceof StunAttribute.Username
          || attribute instanceof StunAttribute.Priority
          || attribute instanceof StunAttribute.UseCandidate) {
        attributes.add(attribute);
      }
    }
    attributes.add(
        controlling ? new StunAttribute.IceControlled(0) : new StunAttribute.IceControlling(0));
    ByteBuffer out = ByteBuffer.allocate(AgentSocket.MAX_DATAGRAM);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, request.transactionId(), attributes)
        .encoder(out)
        .integrity(localKey)
        .fingerprint()
        .finish();
    return out.flip();
  }

  /** The peer's key, or null before it is known. */
  IntegrityKey remoteKey() {
    return remoteKey;
  }

  /** Notes that an address may send data; false when there are too many. */
  boolean validate(BoundSocket socket, InetSocketAddress remote) {
    if (socket.isValidated(remote)) {
      return true;
    }
    if (addresses == MAX_ADDRESSES) {
      return false;
    }
    addresses++;
    socket.validate(remote);
    return true;
  }

  void handle(BoundSocket at, ByteBuffer packet, InetSocketAddress from) {
    StunMessage message;
    try {
      message = StunMessage.parse(packet);
    } catch (StunParseException e) {
      counters.malformed++;
      return;
    }
    if (StunFingerprint.verify(packet) == Verdict.INVALID) {
      counters.malformed++;
    } else if (message.messageClass() == MessageClass.REQUEST) {
      handleRequest(message, at, packet, from);
    } else if (message.messageClass().isResponse()) {
      handleResponse(message, at, packet, from);
    }
    // What is left are indications: keep-alives (RFC 8445 section 11), done once they have arrived.
  }

  /**
   * RFC 8445 section 7.3: a check bears our fragment first in its USERNAME and is protected with
   * our password. Both are known before the peer's are, so that early checks count.
   */
  private void handleRequest(
      StunMessage request, BoundSocket at, ByteBuffer packet, InetSocketAddress from) {
    boolean forUs =
        request.method().equals(StunMethod.BINDING)
            && request
                .attribute(StunAttribute.Username.class)
                .filter(username -> username.name().startsWith(usernamePrefix))
                .isPresent();
    if (!forUs || StunIntegrity.verify(packet, localKey) != Verdict.VALID) {
      counters.unauthenticated++;
      return;
    }
    // The peer knows our password and is answered: from here on its data is expected. It may send
    // some as soon as it has the answer, before our own check in return is through.
    if (!validate(at, from)) {
      counters.overflow++;
    } else if (open) {
      deliver(at, packet, from);
    } else {
      answerEarly(request, at, from);
    }
  }

  /**
   * RFC 8445 section 7.3: a check that comes before the peer's answer is answered at once, and kept
   * for later. The agent could do neither: it has no role yet and would see a conflict.
   */
  private void answerEarly(StunMessage request, BoundSocket at, InetSocketAddress from) {
    ByteBuffer answer = ByteBuffer.allocate(128);
    new StunMessage(
            MessageClass.SUCCESS_RESPONSE,
            StunMethod.BINDING,
            request.transactionId(),
            new StunAttribute.XorMappedAddress(from))
        .encoder(answer)
        .integrity(localKey)
        .fingerprint()
        .finish();
    at.sendNow(answer.flip(), from);
    Origin origin = new Origin(at, from);
    boolean nominates = request.attribute(StunAttribute.UseCandidate.class).isPresent();
    if (nominates || !early.containsKey(origin)) {
      early.put(origin, request);
    }
  }

  /**
   * A response to a request of ours: from a STUN server, which protects nothing and is known by the
   * transaction id and its address, or to a consent check, which its sender verifies. All else is
   * for ice4j.
   */
  private void handleResponse(
      StunMessage response, BoundSocket at, ByteBuffer packet, InetSocketAddress from) {
    if (transactions.handle(response, packet, at, from)) {
      return;
    }
    if (remoteKey == null || StunIntegrity.verify(packet, remoteKey) != Verdict.VALID) {
      counters.unauthenticated++;
    } else {
      deliver(at, packet, from);
    }
  }

  private void deliver(BoundSocket at, ByteBuffer packet, InetSocketAddress from) {
    if (at.agentSocket().deliver(packet, from)) {
      counters.checksAccepted++;
    } else {
      counters.overflow++;
    }
  }

  /** Where a check came from; there are no more of them than addresses that were validated. */
  private record Origin(BoundSocket at, InetSocketAddress from) {}
}
