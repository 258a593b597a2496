package dev.turnstone.ice;

/** Who nominates (RFC 8445 section 6.1.1). */
public enum IceRole {
  /** Nominates the pair that is used. */
  CONTROLLING,
  /** Follows the nomination. */
  CONTROLLED
}
