package dev.turnstone.ice.mdns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One host's part in multicast DNS, for the names that conceal addresses and for no others: finds
 * those of peers, answers for our own.
 *
 * <p>Sans-IO: whoever drives it owns the sockets. Links are numbered by the driver; one is a family
 * on an interface. Only packets of the link itself may be handed in (RFC 6762 section 11). Methods
 * that take the time want it in nanoseconds, never falling.
 */
public final class MulticastDns {
  /** No deadline. */
  public static final long NEVER = Long.MAX_VALUE;

  /** The port of mDNS. */
  public static final int PORT = 5353;

  /** Every link that there is. */
  public static final int ALL_LINKS = -1;

  /** No message of mDNS has more bytes (RFC 6762 section 17). */
  public static final int MAX_LENGTH = DnsMessage.MAX_LENGTH;

  private final MdnsResolver resolver = new MdnsResolver();
  private final MdnsResponder responder = new MdnsResponder();

  /**
   * Looks for the address of a name. One {@link MdnsAnswer} follows, for all that asked for the
   * name until then. Nothing is sent for what is no {@link MdnsName}.
   */
  public void resolve(String name, long now) {
    resolver.resolve(name, now);
  }

  /** Our own name's address, without asking anyone. */
  public Optional<InetAddress> own(String name) {
    return Optional.ofNullable(responder.find(name));
  }

  /**
   * Answers for a name from now on.
   *
   * @throws IllegalArgumentException when it is no {@link MdnsName}
   */
  public void publish(String name, InetAddress address) {
    if (!MdnsName.matches(name)) {
      throw new IllegalArgumentException("not a name that conceals an address: " + name);
    }
    responder.publish(name, address);
  }

  /** Answers for these names no longer. */
  public void withdraw(Collection<String> names) {
    responder.withdraw(List.copyOf(names));
  }

  /** Answers for no name any longer. */
  public void withdrawAll() {
    responder.withdraw(responder.names());
  }

  /** The links are others now: forgets what was heard on the old ones. */
  public void handleLinksChanged() {
    resolver.forget();
  }

  /**
   * Takes a datagram; what is malformed or of no interest is dropped.
   *
   * @param packet borrowed for the call
   * @param from who sent it
   * @param link where it arrived
   */
  public void handlePacket(ByteBuffer packet, InetSocketAddress from, int link, long now) {
    Optional<DnsMessage> parsed = DnsMessage.parse(packet);
    if (parsed.isEmpty()) {
      return;
    }
    DnsMessage message = parsed.get();
    if (!message.response()) {
      responder.handleQuery(message, from, link, now);
    } else if (from.getPort() == PORT) {
      // RFC 6762 section 6: responses from another port MUST be ignored.
      resolver.handleResponse(message, now);
    }
  }

  /** Does what is due. */
  public void handleTimeout(long now) {
    resolver.handleTimeout(now);
    responder.handleTimeout(now);
  }

  /** When {@link #handleTimeout} is next wanted, or {@link #NEVER}. */
  public long nextTimeout() {
    return Math.min(resolver.nextTimeout(), responder.nextTimeout());
  }

  /** Whether nobody waits for an answer and there is no name to answer for. */
  public boolean isIdle() {
    return resolver.open() == 0 && responder.isEmpty();
  }

  /** A message to send, or null. */
  public MdnsTransmit pollTransmit() {
    ByteBuffer query = resolver.pollQuery();
    return query == null
        ? responder.pollTransmit()
        : new MdnsTransmit(query, ALL_LINKS, Optional.empty());
  }

  /** What became of a search, or null. */
  public MdnsAnswer pollAnswer() {
    return resolver.pollAnswer();
  }
}
