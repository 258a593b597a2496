package dev.turnstone.ice;

/**
 * A server gave no candidate (W3C {@code RTCPeerConnectionIceErrorEvent}).
 *
 * @param address our address that was asked from; empty when it is not to be told or there was none
 * @param port the port that goes with it, or 0
 * @param url of the server, without credentials
 * @param errorCode the STUN error code, or {@link #UNREACHABLE}
 * @param errorText a short text that holds no secret
 */
public record CandidateError(
    String address, int port, String url, int errorCode, String errorText) {
  /** The code of a server that could not be reached or gave no answer that makes sense. */
  public static final int UNREACHABLE = 701;
}
