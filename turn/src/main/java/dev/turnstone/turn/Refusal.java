package dev.turnstone.turn;

import dev.turnstone.stun.StunAttribute;

/** Why a request is refused (RFC 8489 section 14.8, RFC 8656 section 19). */
enum Refusal {
  TRY_ALTERNATE(300, "Try Alternate"),
  BAD_REQUEST(400, "Bad Request"),
  UNAUTHENTICATED(401, "Unauthenticated"),
  FORBIDDEN(403, "Forbidden"),
  UNKNOWN_ATTRIBUTE(420, "Unknown Attribute"),
  ALLOCATION_MISMATCH(437, "Allocation Mismatch"),
  STALE_NONCE(438, "Stale Nonce"),
  ADDRESS_FAMILY_NOT_SUPPORTED(440, "Address Family not Supported"),
  WRONG_CREDENTIALS(441, "Wrong Credentials"),
  UNSUPPORTED_TRANSPORT(442, "Unsupported Transport Protocol"),
  PEER_FAMILY_MISMATCH(443, "Peer Address Family Mismatch"),
  QUOTA_REACHED(486, "Allocation Quota Reached"),
  INSUFFICIENT_CAPACITY(508, "Insufficient Capacity");

  private final int code;
  private final String reason;

  Refusal(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  int code() {
    return code;
  }

  String reason() {
    return reason;
  }

  /** In words for those who have shown who they are, as a bare number for all others. */
  StunAttribute.ErrorCode errorCode(boolean inWords) {
    return new StunAttribute.ErrorCode(code, inWords ? reason : "");
  }
}
