package dev.turnstone.ice;

/** A candidate line is malformed. The text says what is wrong with it. */
public final class CandidateSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  CandidateSyntaxException(String reason) {
    super(reason);
  }
}
