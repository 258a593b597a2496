package dev.turnstone.turn;

import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import java.util.Optional;

/**
 * A request as it came.
 *
 * @param tuple who asks
 * @param message what
 * @param fingerprint whether it bore a FINGERPRINT; then the answer does
 * @param nowNanos when
 */
record Request(FiveTuple tuple, StunMessage message, boolean fingerprint, long nowNanos) {
  <T extends StunAttribute> Optional<T> attribute(Class<T> kind) {
    return message.attribute(kind);
  }

  boolean has(Class<? extends StunAttribute> kind) {
    return message.attribute(kind).isPresent();
  }
}
