package dev.turnstone.sctp.association;

/** The timers of an association beside those of its sending and receiving halves. */
enum Timer {
  /** INIT awaits INIT ACK (RFC 9260 section 5.1). */
  T1_INIT,
  /** COOKIE ECHO awaits COOKIE ACK (RFC 9260 section 5.1). */
  T1_COOKIE,
  /** SHUTDOWN or SHUTDOWN ACK awaits its answer (RFC 9260 section 9.2). */
  T2_SHUTDOWN,
  /** The whole shutdown must end (RFC 9260 section 9.2). */
  T5_SHUTDOWN_GUARD,
  /** A HEARTBEAT is due, or its answer is overdue (RFC 9260 section 8.3). */
  HEARTBEAT,
  /** An acknowledgement has waited for company long enough (RFC 9260 section 6.2). */
  SACK,
  /** A RE-CONFIG request awaits its response (RFC 6525 section 5.1.1). */
  RECONFIG,
  /** A probe of the path's size awaits its answer, or another search is due (RFC 8899). */
  PATH_MTU,
  /** Our data has been held back long enough for a peer that wanted all numbers to begin anew. */
  RECONFIG_HOLD,
  /** No data has come for a while: the receive window may shrink. */
  QUIET
}
