package dev.turnstone.sdp;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A media section: an {@code m=} line and what follows it (RFC 8866 section 5.14). */
public final class SdpMedia extends SdpSection {
  /** What a peer takes that does not say: 64 KiB (RFC 8841 section 6). */
  public static final long DEFAULT_MAX_MESSAGE_SIZE = 65536;

  private static final String DATA_CHANNEL = "webrtc-datachannel";

  private final MediaLine mediaLine;

  SdpMedia(SdpLines own, SdpLines session) {
    super(own, session);
    this.mediaLine = MediaLine.parse(own.lines().get(0).value());
  }

  /** This section as part of a session: it inherits from that session alone. */
  SdpMedia within(SdpLines anotherSession) {
    return new SdpMedia(own, anotherSession);
  }

  /** The medium, such as {@code application}. */
  public String media() {
    return mediaLine.media();
  }

  /** The port, 0 to 65535; 9 where only candidates count. */
  public int port() {
    return mediaLine.port();
  }

  /** How many ports, 1 where the line does not say. */
  public int portCount() {
    return mediaLine.portCount();
  }

  /** The protocol, such as {@code UDP/DTLS/SCTP}. */
  public String protocol() {
    return mediaLine.protocol();
  }

  /** The formats, at least one: payload types, or {@code webrtc-datachannel}. */
  public List<String> formats() {
    return mediaLine.formats();
  }

  /**
   * Whether the section is refused: its port is 0 (RFC 3264 section 6), and not because it lives on
   * another section's transport (RFC 9143 section 6).
   */
  public boolean isRejected() {
    return port() == 0 && !has("bundle-only");
  }

  /** The section's name (RFC 5888 section 4). */
  public Optional<String> mid() {
    return own.value("mid");
  }

  /**
   * The candidates, as opaque texts: {@code candidate:} and the text is what signaling carries (RFC
   * 8839 section 5.1).
   */
  public List<String> candidates() {
    return values("candidate");
  }

  /**
   * Whether this is a section of data channels: the form of RFC 8841 section 4, over UDP or TCP, or
   * the form of its drafts, {@code DTLS/SCTP 5000} with {@code a=sctpmap:5000 webrtc-datachannel}.
   */
  public boolean isDataChannelSection() {
    if (!media().equals("application")) {
      return false;
    }
    return switch (protocol()) {
      case "UDP/DTLS/SCTP", "TCP/DTLS/SCTP" -> formats().contains(DATA_CHANNEL);
      case "DTLS/SCTP" -> formats().contains(DATA_CHANNEL) || sctpMap().isPresent();
      default -> false;
    };
  }

  /** The SCTP port (RFC 8841 section 5), or that of the old form. */
  public OptionalInt sctpPort() {
    Optional<Integer> port =
        own.value("sctp-port")
            .map(AttributeGrammar::sctpPort)
            .or(() -> sctpMap().map(AttributeGrammar.SctpMap::port));
    return port.isPresent() ? OptionalInt.of(port.get()) : OptionalInt.empty();
  }

  /** The old form's map for data channels, which names one of the formats. */
  private Optional<AttributeGrammar.SctpMap> sctpMap() {
    return own.values("sctpmap").stream()
        .map(AttributeGrammar.SctpMap::parse)
        .filter(map -> map.application().equals(DATA_CHANNEL))
        .filter(map -> formats().contains(Integer.toString(map.port())))
        .findFirst();
  }

  /**
   * The largest message that the side which wrote this takes, in bytes; 0 means any size (RFC 8841
   * section 6). Where it is absent, {@link #DEFAULT_MAX_MESSAGE_SIZE} holds.
   */
  public OptionalLong maxMessageSize() {
    Optional<Long> size = own.value("max-message-size").map(AttributeGrammar::maxMessageSize);
    return size.isPresent() ? OptionalLong.of(size.get()) : OptionalLong.empty();
  }

  /**
   * The SCTP INIT chunk of the side that wrote this, carried ahead of the association
   * (draft-hancke-tsvwg-snap section 4): its bytes, out of their base64 and unread.
   */
  public Optional<byte[]> sctpInit() {
    return own.value("sctp-init").map(AttributeGrammar::sctpInit);
  }

  /** A builder that holds nothing yet. */
  public static Builder builder() {
    return new Builder(List.of(), null);
  }

  /** A builder that holds this section's lines. */
  public Builder toBuilder() {
    return new Builder(own.lines(), mediaLine);
  }

  /** Two sections are equal when their own lines are; what they inherit does not count. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SdpMedia media && own.lines().equals(media.own.lines());
  }

  @Override
  public int hashCode() {
    return own.lines().hashCode();
  }

  /** The section's text with CRLF behind every line. Holds the ICE password. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    own.writeTo(out);
    return out.toString();
  }

  /** Builds a {@link SdpMedia}: medium, protocol and formats are needed. */
  public static final class Builder extends SdpSection.Builder<Builder> {
    private final MediaLine original;
    private String media;
    private int port = 9;
    private int portCount = 1;
    private String protocol;
    private List<String> formats;

    private Builder(List<SdpLine> lines, MediaLine original) {
      super(lines);
      this.original = original;
      if (original != null) {
        media = original.media();
        port = original.port();
        portCount = original.portCount();
        protocol = original.protocol();
        formats = original.formats();
      }
    }

    @Override
    Builder self() {
      return this;
    }

    /** The medium, such as {@code application}. */
    public Builder media(String value) {
      media = value;
      return this;
    }

    /** The port; 9 by default. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** The protocol, such as {@code UDP/DTLS/SCTP}. */
    public Builder protocol(String value) {
      protocol = value;
      return this;
    }

    /** The formats, such as {@code webrtc-datachannel}. */
    public Builder formats(String... values) {
      return formats(List.of(values));
    }

    /** The formats. */
    public Builder formats(List<String> values) {
      formats = List.copyOf(values);
      return this;
    }

    /**
     * Adds the SCTP INIT chunk of the side that writes this (draft-hancke-tsvwg-snap section 4).
     *
     * @throws IllegalArgumentException when there are no bytes
     */
    public Builder sctpInit(byte[] chunk) {
      if (chunk.length == 0) {
        throw new IllegalArgumentException("an INIT chunk has bytes");
      }
      return attribute("sctp-init", Base64.getEncoder().encodeToString(chunk));
    }

    /**
     * The section.
     *
     * @throws IllegalStateException when medium, protocol or formats are missing
     * @throws IllegalArgumentException when one of them is malformed
     */
    public SdpMedia build() {
      if (media == null || protocol == null || formats == null) {
        throw new IllegalStateException("a media section needs a medium, a protocol and formats");
      }
      MediaLine line = new MediaLine(media, port, portCount, protocol, formats);
      // An m= line that nobody changed keeps its spacing.
      if (!line.equals(original)) {
        if (!MediaLine.parse(line.text()).equals(line)) {
          throw new IllegalArgumentException("a medium, protocol or format holds a space");
        }
        set('m', line.text());
      }
      return new SdpMedia(SdpLines.of(lines), SdpLines.NONE);
    }
  }
}
