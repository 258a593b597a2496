package dev.turnstone.peerconnection;

/** The states of W3C's {@code RTCIceGatheringState}. */
public enum IceGatheringState {
  /** Not begun. */
  NEW,
  /** Candidates are looked for. */
  GATHERING,
  /** All candidates are known. */
  COMPLETE
}
