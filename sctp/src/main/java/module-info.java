/** SCTP (RFC 9260) as a sans-IO core, on the wire that RFC 8261 gives it. */
module dev.turnstone.sctp {
  exports dev.turnstone.sctp;
  exports dev.turnstone.sctp.association;
  exports dev.turnstone.sctp.chunk;
}
