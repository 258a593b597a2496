package dev.turnstone.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the session level and a media section have in common: lines, attributes, and the values that
 * may stand on either level. In a media section that has no value of its own, these give the
 * session's, where the RFC of the attribute says so. Immutable; any thread.
 *
 * <p>Where an attribute that makes sense once comes twice, the first one counts.
 */
public abstract sealed class SdpSection permits Sdp, SdpMedia {
  final SdpLines own;
  final SdpLines session;

  SdpSection(SdpLines own, SdpLines session) {
    this.own = own;
    this.session = session;
  }

  /** The section's own lines as they were written, without terminators. */
  public List<String> lines() {
    return own.lines().stream().map(SdpLine::text).toList();
  }

  /** The section's own attributes, in order. */
  public List<SdpAttribute> attributes() {
    return own.attributes();
  }

  /** The section's own first attribute of a name. */
  public Optional<SdpAttribute> attribute(String name) {
    return own.attribute(name);
  }

  /** The values of the section's own attributes of a name, in order; flags have none. */
  public List<String> values(String name) {
    return own.values(name);
  }

  /** Whether the section itself has an attribute of that name. */
  public boolean has(String name) {
    return own.has(name);
  }

  /** The address of the {@code c=} line, own or inherited (RFC 8866 section 5.7). */
  public Optional<SdpConnection> connection() {
    return own.line('c').or(() -> session.line('c')).map(SdpConnection::parse);
  }

  /** The DTLS role offered or chosen, own or inherited (RFC 4145 section 4, RFC 8842). */
  public Optional<Setup> setup() {
    return inheritedValue("setup").map(Setup::parse);
  }

  /** The certificate's fingerprints, own, or if there are none inherited (RFC 8122 section 5). */
  public List<SdpFingerprint> fingerprints() {
    SdpLines from = own.has("fingerprint") ? own : session;
    return from.values("fingerprint").stream().map(SdpFingerprint::parse).toList();
  }

  /** The ICE user name fragment, own or inherited (RFC 8839 section 5.4). */
  public Optional<String> iceUfrag() {
    return credentials().value("ice-ufrag");
  }

  /** The ICE password, own or inherited (RFC 8839 section 5.4). */
  public Optional<String> icePwd() {
    return credentials().value("ice-pwd");
  }

  /** The two belong together: half a pair of the section never meets half a pair of the session. */
  private SdpLines credentials() {
    return own.has("ice-ufrag") || own.has("ice-pwd") ? own : session;
  }

  /** The ICE options, such as {@code trickle}, own or inherited (RFC 8839 section 5.6). */
  public List<String> iceOptions() {
    SdpLines from = own.has("ice-options") ? own : session;
    return from.values("ice-options").stream()
        .flatMap(value -> AttributeGrammar.iceOptions(value).stream())
        .toList();
  }

  /** Whether the side that wrote this is a lite ICE agent (RFC 8839 section 5.3). */
  public boolean iceLite() {
    return inheritedFlag("ice-lite");
  }

  /** Whether no more candidates will come (RFC 8840). */
  public boolean endOfCandidates() {
    return inheritedFlag("end-of-candidates");
  }

  /** The direction, own or inherited; both ways where nothing is said (RFC 8866 section 6.7). */
  public Direction direction() {
    return direction(own).or(() -> direction(session)).orElse(Direction.SENDRECV);
  }

  private static Optional<Direction> direction(SdpLines lines) {
    for (SdpAttribute attribute : lines.attributes()) {
      for (Direction direction : Direction.values()) {
        if (attribute.name().equals(direction.text())) {
          return Optional.of(direction);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> inheritedValue(String name) {
    return own.value(name).or(() -> session.value(name));
  }

  private boolean inheritedFlag(String name) {
    return own.has(name) || session.has(name);
  }

  /**
   * Builds a section line by line. Values are checked as they are set: a value that a peer could
   * not read is the caller's error.
   *
   * @param <B> the builder itself
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits Sdp.Builder, SdpMedia.Builder {
    /** The order of RFC 8866 section 5; {@code i} also stands behind {@code m}. */
    private static final String ORDER = "mvosiuepcbtrzka";

    final List<SdpLine> lines;

    Builder(List<SdpLine> lines) {
      this.lines = new ArrayList<>(lines);
    }

    abstract B self();

    /**
     * Adds a flag at the end.
     *
     * @throws IllegalArgumentException when the name is not a token
     */
    public B attribute(String name) {
      return attribute(new SdpAttribute(name));
    }

    /**
     * Adds an attribute at the end.
     *
     * @throws IllegalArgumentException when the name or the value is malformed
     */
    public B attribute(String name, String value) {
      return attribute(new SdpAttribute(name, value));
    }

    /**
     * Adds an attribute at the end.
     *
     * @throws IllegalArgumentException when the name or the value is malformed
     */
    public B attribute(SdpAttribute attribute) {
      if (!Fields.isToken(attribute.name())) {
        throw new IllegalArgumentException("expected an attribute's name to be a token");
      }
      lines.add(SdpLine.of('a', attribute.text()));
      return self();
    }

    /** Removes all attributes of a name. */
    public B removeAttributes(String name) {
      lines.removeIf(line -> line.attribute().filter(a -> a.name().equals(name)).isPresent());
      return self();
    }

    /**
     * Sets the {@code c=} line.
     *
     * @throws IllegalArgumentException when a part is empty or holds a space
     */
    public B connection(String netType, String addressType, String address) {
      set('c', netType + " " + addressType + " " + address);
      return self();
    }

    /** Sets a line that a section has once, in its place. */
    final void set(char type, String value) {
      SdpLine line = SdpLine.of(type, value);
      int place = 0;
      for (; place < lines.size(); place++) {
        char there = lines.get(place).type();
        if (there == type) {
          lines.set(place, line);
          return;
        }
        if (ORDER.indexOf(there) > ORDER.indexOf(type)) {
          break;
        }
      }
      lines.add(place, line);
    }
  }
}
