package dev.turnstone.ice;

/** What an engine does when the addresses of this host have changed. */
public enum AddressChange {
  /** Nothing: a pair that stops working is noticed by its silence. */
  IGNORE,
  /**
   * Sockets on addresses that are gone are closed; candidates on new addresses are told and checked
   * in the same generation.
   */
  GATHER,
  /**
   * As {@link #GATHER}, and the application is asked to restart ICE: a peer that has been told that
   * there are no more candidates may not look at new ones.
   */
  RESTART
}
