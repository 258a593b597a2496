package dev.turnstone.sctp.chunk;

/** The common header in front of every packet's chunks (RFC 9260 section 3.1). */
final class CommonHeader {
  static final int LENGTH = 12;
  static final int SOURCE_PORT = 0;
  static final int DESTINATION_PORT = 2;
  static final int VERIFICATION_TAG = 4;
  static final int CHECKSUM = 8;

  private CommonHeader() {}
}
