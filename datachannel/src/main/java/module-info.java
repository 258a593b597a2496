/** Data channels (RFC 8831) and their establishment protocol (RFC 8832), over SCTP. */
module dev.turnstone.datachannel {
  requires transitive dev.turnstone.sctp;

  exports dev.turnstone.datachannel;
}
