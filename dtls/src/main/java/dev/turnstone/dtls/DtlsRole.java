package dev.turnstone.dtls;

/** Who sends the ClientHello ({@code a=setup}: active is the client, RFC 8842 section 5.2). */
public enum DtlsRole {
  /** Sends the ClientHello. */
  CLIENT,
  /** Waits for it. */
  SERVER
}
