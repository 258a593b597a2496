package dev.turnstone.ice;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * An ICE candidate (RFC 8839 section 5.1). The address stays text: it may be a name (mDNS) that
 * nobody has resolved. {@link #toString} gives the line.
 *
 * @param foundation 1 to 32 ice-chars; equal for candidates that fail together
 * @param component 1 for RTP and data, 2 for RTCP
 * @param transport {@code udp} or {@code tcp}, in lower case
 * @param priority 1 to 2^31 - 1
 * @param address an IP literal or a host name
 * @param port 0 to 65535
 * @param type how it was found
 * @param relatedAddress the base of a reflexive or relayed candidate, if told
 * @param relatedPort the port that goes with it, or 0
 * @param extensions what followed, in order: {@code tcptype}, {@code generation}, {@code ufrag},
 *     {@code network-cost}
 */
public record Candidate(
    String foundation,
    int component,
    String transport,
    long priority,
    String address,
    int port,
    CandidateType type,
    Optional<String> relatedAddress,
    int relatedPort,
    Map<String, String> extensions) {
  private static final byte[] NO_BYTES = {};
  private static final byte[] TCP = {'t', 'c', 'p'};

  /** RFC 6544 section 4.5: an active candidate listens nowhere. */
  private static final int DISCARD_PORT = 9;

  /**
   * Copies the map and checks every part against the grammar.
   *
   * @throws CandidateSyntaxException when a part could not stand in a line
   */
  public Candidate {
    CandidateSyntax.requireFoundation(foundation);
    CandidateSyntax.requireRange("component", component, 1, 256);
    transport = transport.toLowerCase(Locale.ROOT);
    CandidateSyntax.requireWord("the transport", transport);
    CandidateSyntax.requirePriority(priority);
    CandidateSyntax.requireAddress(address);
    CandidateSyntax.requireRange("port", port, 0, 65535);
    relatedAddress.ifPresent(CandidateSyntax::requireAddress);
    CandidateSyntax.requireRange("related port", relatedPort, 0, 65535);
    extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    for (Map.Entry<String, String> extension : extensions.entrySet()) {
      CandidateSyntax.requireWord("an extension", extension.getKey());
      CandidateSyntax.requireWord("an extension", extension.getValue());
    }
  }

  /**
   * Reads a candidate line, with or without {@code candidate:} or {@code a=candidate:} before it.
   * Runs of blanks count as one; of two extensions with one name the first stays.
   *
   * @throws CandidateSyntaxException when it is malformed; the text says where
   */
  public static Candidate parse(String line) {
    return CandidateSyntax.parse(line);
  }

  /**
   * A UDP candidate of component 1 on an address of the host.
   *
   * @param base where the socket is bound
   * @param localPreference 0 to 65535, higher is better
   */
  public static Candidate host(InetSocketAddress base, int localPreference) {
    return udp(CandidateType.HOST, base, localPreference, Optional.empty(), base, null);
  }

  /**
   * A TCP candidate of component 1 on an address of the host (RFC 6544 section 4.5).
   *
   * @param base where we listen; of an active candidate the port is told as 9, which nobody uses
   * @param type who opens the connection
   * @param localPreference 0 to 65535, higher is better
   */
  public static Candidate tcpHost(InetSocketAddress base, TcpType type, int localPreference) {
    return new Candidate(
        foundation(CandidateType.HOST, base.getAddress(), TCP),
        1,
        "tcp",
        type.priority(CandidateType.HOST, localPreference),
        Addresses.text(base.getAddress()),
        type == TcpType.ACTIVE ? DISCARD_PORT : base.getPort(),
        CandidateType.HOST,
        Optional.empty(),
        0,
        Map.of(TcpType.EXTENSION, type.token()));
  }

  /**
   * A TCP candidate of component 1 that a check showed.
   *
   * @param address where the check came from, or what it was answered
   * @param type who opened the connection, seen from the side whose candidate it is
   * @param priority as the check told it
   */
  public static Candidate tcpPeerReflexive(InetSocketAddress address, TcpType type, long priority) {
    return new Candidate(
        foundation(CandidateType.PEER_REFLEXIVE, address.getAddress(), TCP),
        1,
        "tcp",
        Math.max(1, Math.min(priority, Integer.MAX_VALUE)),
        Addresses.text(address.getAddress()),
        address.getPort(),
        CandidateType.PEER_REFLEXIVE,
        Optional.empty(),
        0,
        Map.of(TcpType.EXTENSION, type.token()));
  }

  /** Who opens the connection, when it is a TCP candidate that says so (RFC 6544 section 4.5). */
  public Optional<TcpType> tcpType() {
    return transport.equals("tcp")
        ? TcpType.parse(extensions.getOrDefault(TcpType.EXTENSION, ""))
        : Optional.empty();
  }

  /**
   * A UDP candidate of component 1 that a STUN server saw.
   *
   * @param mapped the address that it saw
   * @param base where the socket is bound
   * @param server the server's address
   * @param localPreference that of the base
   */
  public static Candidate serverReflexive(
      InetSocketAddress mapped, InetSocketAddress base, InetAddress server, int localPreference) {
    return udp(
        CandidateType.SERVER_REFLEXIVE, mapped, localPreference, Optional.of(base), base, server);
  }

  /**
   * A UDP candidate of component 1 on a TURN server.
   *
   * @param relayed its address there
   * @param related our address as the server sees it (RFC 8839 section 5.1); empty to hide it
   * @param server whom we asked: a foundation of its own for each (RFC 8445 section 5.1.1.3)
   * @param localPreference that of the base
   */
  public static Candidate relayed(
      InetSocketAddress relayed,
      Optional<InetSocketAddress> related,
      IceServer server,
      int localPreference) {
    boolean six = relayed.getAddress() instanceof Inet6Address;
    String text = server.uri() + "#" + Addresses.text(relayed.getAddress());
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return new Candidate(
        Long.toString(crc.getValue()),
        1,
        "udp",
        priority(CandidateType.RELAYED, localPreference, 1),
        Addresses.text(relayed.getAddress()),
        relayed.getPort(),
        CandidateType.RELAYED,
        Optional.of(
            related.map(r -> Addresses.text(r.getAddress())).orElse(six ? "::" : "0.0.0.0")),
        // RFC 8839 section 5.1: port 9 beside an address that is not told.
        related.map(InetSocketAddress::getPort).orElse(9),
        Map.of());
  }

  /**
   * A UDP candidate of component 1 that a check showed.
   *
   * @param address where the check came from, or what it was answered
   * @param priority as the check told it
   */
  public static Candidate peerReflexive(InetSocketAddress address, long priority) {
    return new Candidate(
        foundation(CandidateType.PEER_REFLEXIVE, address.getAddress(), NO_BYTES),
        1,
        "udp",
        Math.max(1, Math.min(priority, Integer.MAX_VALUE)),
        Addresses.text(address.getAddress()),
        address.getPort(),
        CandidateType.PEER_REFLEXIVE,
        Optional.empty(),
        0,
        Map.of());
  }

  private static Candidate udp(
      CandidateType type,
      InetSocketAddress address,
      int localPreference,
      Optional<InetSocketAddress> related,
      InetSocketAddress base,
      InetAddress server) {
    return new Candidate(
        foundation(type, base.getAddress(), server == null ? NO_BYTES : server.getAddress()),
        1,
        "udp",
        priority(type, localPreference, 1),
        Addresses.text(address.getAddress()),
        address.getPort(),
        type,
        related.map(r -> Addresses.text(r.getAddress())),
        related.map(InetSocketAddress::getPort).orElse(0),
        Map.of());
  }

  /**
   * The recommended priority (RFC 8445 section 5.1.2.1).
   *
   * @param localPreference 0 to 65535, higher is better
   * @param component 1 to 256
   */
  public static long priority(CandidateType type, int localPreference, int component) {
    return ((long) type.preference() << 24) + ((long) localPreference << 8) + (256 - component);
  }

  /**
   * RFC 8445 section 5.1.1.3: equal when type, base address, server and transport are equal. A hash
   * keeps the addresses out of it.
   */
  private static String foundation(CandidateType type, InetAddress base, byte[] more) {
    CRC32 crc = new CRC32();
    crc.update(type.token().getBytes(StandardCharsets.US_ASCII));
    crc.update(base.getAddress());
    crc.update(more);
    return Long.toString(crc.getValue());
  }

  /** The line as W3C's {@code candidate} member has it: it begins with {@code candidate:}. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(96);
    line.append("candidate:").append(foundation).append(' ').append(component);
    line.append(' ').append(transport).append(' ').append(priority);
    line.append(' ').append(address).append(' ').append(port);
    line.append(" typ ").append(type.token());
    relatedAddress.ifPresent(
        related -> line.append(" raddr ").append(related).append(" rport ").append(relatedPort));
    extensions.forEach(
        (name, value) -> {
          line.append(' ').append(name);
          if (!value.isEmpty()) {
            line.append(' ').append(value);
          }
        });
    return line.toString();
  }
}
