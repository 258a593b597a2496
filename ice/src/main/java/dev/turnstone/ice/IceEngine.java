package dev.turnstone.ice;

/** Makes transports. An engine holds no state of a connection and may be shared. */
public interface IceEngine {

  /** The short name that a user chooses the engine by. */
  String name();

  /**
   * Refuses options that the engine has no means for; {@link #create} would too.
   *
   * @throws IllegalArgumentException when it has not; the text says which
   */
  default void check(IceOptions options) {}

  /**
   * Makes a transport with fresh credentials. Call it on the network's loop, as all methods of the
   * transport.
   *
   * @param options servers, randomness, timing
   * @param network sockets, clock and loop
   * @param listener hears what happens
   */
  IceTransport create(IceOptions options, IceNetwork network, IceListener listener);
}
