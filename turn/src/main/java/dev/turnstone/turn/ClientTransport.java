package dev.turnstone.turn;

/** What carries messages between a client and the server (RFC 8656 section 3.1). */
public enum ClientTransport {
  /** A datagram holds one message. */
  UDP,
  /** A stream of messages. */
  TCP,
  /** A stream of messages, encrypted. */
  TLS,
  /** A datagram holds one message, encrypted. */
  DTLS;

  /** Whether messages follow each other in a stream, so that ChannelData is padded. */
  public boolean isStream() {
    return this == TCP || this == TLS;
  }
}
