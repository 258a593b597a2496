package dev.turnstone.sctp.play;

/**
 * The fuzzer's way to a live association: its bytes are a {@link Script} of commands, packets and
 * time, with tags and checksums made right.
 */
public final class AssociationTarget {
  private AssociationTarget() {}

  /** One try; throws when a rule does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    Script.of(input).play();
  }
}
