package dev.turnstone.ice.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** How messages get to a TURN server. Called on the loop. */
interface TurnLink {
  /** Hears a link. */
  interface Receiver {
    /** Messages can be sent now. */
    void onReady();

    /** One message of the server; the bytes are borrowed for the call. */
    void onMessage(ByteBuffer message);

    /** The link is over, or never came to stand. */
    void onEnd(String reason);
  }

  /** Where it leaves from. */
  InetSocketAddress local();

  /** Whether messages arrive for certain and in order. */
  boolean isStream();

  /** Queues one message; the bytes are copied. */
  void send(ByteBuffer message);

  /** Whether more of the messages that may get lost should be queued. */
  boolean isWritable();

  /** Hands to the network what was queued. */
  void flush();

  /** Lets go of what it holds; nothing is heard any more. */
  void close();
}
