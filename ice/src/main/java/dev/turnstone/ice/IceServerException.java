package dev.turnstone.ice;

/** The URI of an ICE server is malformed, or names a kind of server that is not supported. */
public final class IceServerException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong, without the secret. */
  public IceServerException(String reason) {
    super(reason);
  }
}
