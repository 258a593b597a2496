package dev.turnstone.ice.ice4j;

import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The STUN requests of our own that wait for a response; ice4j's are not among them. */
final class Transactions {
  /** Hears a response. */
  interface Handler {
    /**
     * A response with the right transaction id came; nothing else has been verified.
     *
     * @param packet its bytes
     */
    void onResponse(
        StunMessage response, ByteBuffer packet, BoundSocket at, InetSocketAddress from);
  }

  private final Map<TransactionId, Handler> waiting = new HashMap<>();

  void add(TransactionId id, Handler handler) {
    waiting.put(id, handler);
  }

  void remove(TransactionId id) {
    waiting.remove(id);
  }

  /** Gives a response to whoever waits for it; false when nobody does. */
  boolean handle(StunMessage response, ByteBuffer packet, BoundSocket at, InetSocketAddress from) {
    Handler handler = waiting.get(response.transactionId());
    if (handler == null) {
      return false;
    }
    handler.onResponse(response, packet, at, from);
    return true;
  }
}
