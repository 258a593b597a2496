/** STUN and TURN messages (RFC 8489, RFC 8656, RFC 5780): bytes to records and back. */
module dev.turnstone.stun {
  exports dev.turnstone.stun;
}
