/** A STUN and TURN server (RFC 8489, 8656, 5780) without sockets. */
module dev.turnstone.turn {
  requires transitive dev.turnstone.stun;

  exports dev.turnstone.turn;
}
