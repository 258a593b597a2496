package dev.turnstone.turn;

import dev.turnstone.stun.StunAttribute;
import java.util.List;

/**
 * What is answered to a request.
 *
 * @param refusal the reason, or null when it is granted
 * @param attributes beside the error code
 */
record Answer(Refusal refusal, List<StunAttribute> attributes) {
  static Answer granted(StunAttribute... attributes) {
    return new Answer(null, List.of(attributes));
  }

  static Answer refused(Refusal refusal, StunAttribute... attributes) {
    return new Answer(refusal, List.of(attributes));
  }
}
