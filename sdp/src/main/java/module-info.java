/** Session descriptions (RFC 8866): text to values and back. */
module dev.turnstone.sdp {
  exports dev.turnstone.sdp;
}
