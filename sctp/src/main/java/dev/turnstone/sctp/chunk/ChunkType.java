package dev.turnstone.sctp.chunk;

/** The chunk types (RFC 9260 section 3.2 and the registry that it opens). */
public final class ChunkType {
  /** DATA (RFC 9260 section 3.3.1). */
  public static final int DATA = 0;

  /** INIT (RFC 9260 section 3.3.2). */
  public static final int INIT = 1;

  /** INIT ACK (RFC 9260 section 3.3.3). */
  public static final int INIT_ACK = 2;

  /** SACK (RFC 9260 section 3.3.4). */
  public static final int SACK = 3;

  /** HEARTBEAT (RFC 9260 section 3.3.5). */
  public static final int HEARTBEAT = 4;

  /** HEARTBEAT ACK (RFC 9260 section 3.3.6). */
  public static final int HEARTBEAT_ACK = 5;

  /** ABORT (RFC 9260 section 3.3.7). */
  public static final int ABORT = 6;

  /** SHUTDOWN (RFC 9260 section 3.3.8). */
  public static final int SHUTDOWN = 7;

  /** SHUTDOWN ACK (RFC 9260 section 3.3.9). */
  public static final int SHUTDOWN_ACK = 8;

  /** ERROR (RFC 9260 section 3.3.10). */
  public static final int ERROR = 9;

  /** COOKIE ECHO (RFC 9260 section 3.3.11). */
  public static final int COOKIE_ECHO = 10;

  /** COOKIE ACK (RFC 9260 section 3.3.12). */
  public static final int COOKIE_ACK = 11;

  /** SHUTDOWN COMPLETE (RFC 9260 section 3.3.13). */
  public static final int SHUTDOWN_COMPLETE = 14;

  /** I-DATA (RFC 8260 section 2.1). */
  public static final int I_DATA = 64;

  /** RE-CONFIG (RFC 6525 section 3.1). */
  public static final int RECONFIG = 130;

  /** PAD (RFC 4820 section 3). */
  public static final int PAD = 132;

  /** FORWARD TSN (RFC 3758 section 3.2). */
  public static final int FORWARD_TSN = 192;

  /** I-FORWARD-TSN (RFC 8260 section 2.3.1). */
  public static final int I_FORWARD_TSN = 194;

  private ChunkType() {}
}
