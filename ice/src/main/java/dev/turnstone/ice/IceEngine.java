package dev.turnstone.ice;

/** Makes transports. An engine holds no state of a connection and may be shared. */
public interface IceEngine {

  /** The short name that a user chooses the engine by. */
  String name();

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
