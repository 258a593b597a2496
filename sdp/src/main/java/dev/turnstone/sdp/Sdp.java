package dev.turnstone.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session description (RFC 8866). Immutable; any thread.
 *
 * <p>What was read can be written back line for line: unknown lines and attributes, their order and
 * odd spacing are kept. Only terminators change: CRLF is written whatever was read.
 */
public final class Sdp extends SdpSection {
  private final List<SdpMedia> media;

  Sdp(SdpLines own, List<SdpMedia> media) {
    super(own, SdpLines.NONE);
    this.media = media.stream().map(section -> section.within(own)).toList();
  }

  /**
   * Reads a description. Lines end with CRLF or LF; the last may end with nothing; empty lines at
   * the end are skipped.
   *
   * <p>Stricter than a reader that takes anything: {@code v=}, {@code o=} and {@code s=} come first
   * and {@code t=} is there, session-level lines do not come after the first {@code m=}, every mid
   * is unique, and the values that this module gives a type are well formed (RFC 9429 section 5.8).
   * Laxer than the RFC: other lines may come in any order, and unknown letters are kept.
   *
   * <p>The text may be hostile: it is at most 256 Ki characters in 10,000 lines of 16 Ki characters
   * each, with at most 1024 media sections.
   *
   * @throws SdpException when it is not a description; nothing else is thrown
   */
  public static Sdp parse(String text) throws SdpException {
    return new SdpParser(text).parse();
  }

  /** Who wrote the description and which version it is. */
  public SdpOrigin origin() {
    return SdpOrigin.parse(own.line('o').orElseThrow());
  }

  /** The {@code s=} line's value, mostly {@code -}. */
  public String sessionName() {
    return own.line('s').orElseThrow();
  }

  /** The media sections, in order. */
  public List<SdpMedia> media() {
    return media;
  }

  /** The media section of that name. */
  public Optional<SdpMedia> media(String mid) {
    return media.stream()
        .filter(section -> section.mid().filter(mid::equals).isPresent())
        .findFirst();
  }

  /** The first section of data channels, rejected or not. */
  public Optional<SdpMedia> dataChannelSection() {
    return media.stream().filter(SdpMedia::isDataChannelSection).findFirst();
  }

  /** All groups, in order (RFC 5888 section 5). */
  public List<SdpGroup> groups() {
    return own.values("group").stream().map(SdpGroup::parse).toList();
  }

  /** The first group of that meaning, such as {@code BUNDLE}. */
  public Optional<SdpGroup> group(String semantics) {
    return groups().stream().filter(group -> group.semantics().equals(semantics)).findFirst();
  }

  /** A builder that holds {@code v=0}, {@code s=-} and {@code t=0 0}. */
  public static Builder builder() {
    return new Builder(
        List.of(SdpLine.of('v', "0"), SdpLine.of('s', "-"), SdpLine.of('t', "0 0")), List.of());
  }

  /** A builder that holds this description's lines and sections. */
  public Builder toBuilder() {
    return new Builder(own.lines(), media);
  }

  /** Two descriptions are equal when all their lines are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Sdp sdp
        && own.lines().equals(sdp.own.lines())
        && media.equals(sdp.media);
  }

  @Override
  public int hashCode() {
    return 31 * own.lines().hashCode() + media.hashCode();
  }

  /** The description's text with CRLF behind every line. Holds the ICE password. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    own.writeTo(out);
    for (SdpMedia section : media) {
      section.own.writeTo(out);
    }
    return out.toString();
  }

  /** Builds a {@link Sdp}: an origin is needed. */
  public static final class Builder extends SdpSection.Builder<Builder> {
    private final List<SdpMedia> media;

    private Builder(List<SdpLine> lines, List<SdpMedia> media) {
      super(lines);
      this.media = new ArrayList<>(media);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The origin as RFC 9429 section 5.2.1 wants it: no user name, an address without meaning. */
    public Builder origin(long sessionId, long sessionVersion) {
      return origin("-", sessionId, sessionVersion, "IN", "IP4", "127.0.0.1");
    }

    /**
     * The origin.
     *
     * @throws IllegalArgumentException when a number is negative, or a part is empty or holds a
     *     space
     */
    public Builder origin(
        String username,
        long sessionId,
        long sessionVersion,
        String netType,
        String addressType,
        String address) {
      set(
          'o',
          String.join(
              " ",
              username,
              Long.toString(sessionId),
              Long.toString(sessionVersion),
              netType,
              addressType,
              address));
      return this;
    }

    /** The session's name; {@code -} by default. */
    public Builder sessionName(String name) {
      set('s', name);
      return this;
    }

    /** Adds a media section at the end. */
    public Builder media(SdpMedia section) {
      media.add(section);
      return this;
    }

    /**
     * Puts a media section in the place of another.
     *
     * @throws IndexOutOfBoundsException when there is none at that index
     */
    public Builder media(int index, SdpMedia section) {
      media.set(index, section);
      return this;
    }

    /**
     * The description.
     *
     * @throws IllegalStateException when the origin is missing
     */
    public Sdp build() {
      if (lines.stream().noneMatch(line -> line.type() == 'o')) {
        throw new IllegalStateException("a session description needs an origin");
      }
      return new Sdp(SdpLines.of(lines), media);
    }
  }
}
