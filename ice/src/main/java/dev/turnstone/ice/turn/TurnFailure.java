package dev.turnstone.ice.turn;

/** Why there is no allocation (RFC 8656 section 19; RFC 8489 section 14.8). */
public enum TurnFailure {
  /** The server did not answer, or its stream ended. */
  UNREACHABLE(0, "the TURN server does not answer"),
  /** 401: it refuses the user name or the password. */
  UNAUTHORIZED(401, "the TURN server refuses the user name or the password"),
  /** 403: it forbids what we ask. */
  FORBIDDEN(403, "the TURN server forbids it"),
  /** 437: it knows nothing of the allocation, or has one already for this port of ours. */
  ALLOCATION_MISMATCH(437, "the TURN server and we do not agree about the allocation"),
  /** 438: its nonces are stale as soon as it has told them. */
  STALE_NONCE(438, "the TURN server accepts no nonce of its own"),
  /** 440: it has no relay of that address family. */
  ADDRESS_FAMILY(440, "the TURN server has no relay of that address family"),
  /** 441: the allocation was made with other credentials. */
  WRONG_CREDENTIALS(441, "the allocation was made with other credentials"),
  /** 442: it relays no UDP. */
  UNSUPPORTED_TRANSPORT(442, "the TURN server relays no UDP"),
  /** 486: this user has as many allocations as allowed. */
  QUOTA(486, "the quota of this user on the TURN server is used up"),
  /** 508: it has no address or port left. */
  CAPACITY(508, "the TURN server has no relayed address left"),
  /** What it answered makes no sense. */
  NONSENSE(0, "the TURN server's answer makes no sense"),
  /** Any other error code. */
  OTHER(0, "the TURN server refuses");

  private final int code;
  private final String text;

  TurnFailure(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** What it means, in words without secrets. */
  String text() {
    return text;
  }

  /** The meaning of an error code; 0 stands for no answer. */
  static TurnFailure of(int code) {
    if (code == 0) {
      return UNREACHABLE;
    }
    for (TurnFailure failure : values()) {
      if (failure.code == code) {
        return failure;
      }
    }
    return OTHER;
  }
}
