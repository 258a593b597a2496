package dev.turnstone.sctp.play;

import dev.turnstone.sctp.SendOptions;
import java.util.List;

/** One step of a {@link Game}. Plain values, so that a failing list shrinks and can be copied. */
sealed interface Command {

  /** One of the two sides. */
  enum Who {
    A,
    B;

    Who other() {
      return this == A ? B : A;
    }
  }

  /** What the network does with packets. */
  enum Fate {
    DELIVER,
    DROP,
    DUPLICATE,
    /** Goes behind all that wait. */
    LATE,
    /** One byte arrives wrong; where nobody looks at CRC32C, DTLS has dropped it. */
    CORRUPT
  }

  /** The verification tag on a forged packet. */
  enum Tag {
    RIGHT,
    WRONG,
    ZERO,
    /** The receiver's peer's own, as in an ABORT with the T bit. */
    REFLECTED
  }

  record Connect(Who who) implements Command {}

  record Send(Who who, int stream, int size, SendOptions options) implements Command {}

  record Reset(Who who, List<Integer> streams) implements Command {}

  /** Asks the peer to reset streams that it sends on. */
  record AskReset(Who who, List<Integer> streams) implements Command {}

  record AddStreams(Who who, int count) implements Command {}

  /** Asks the peer to add streams. */
  record AskStreams(Who who, int count) implements Command {}

  record ResetNumbers(Who who) implements Command {}

  record Weigh(Who who, int stream, int weight) implements Command {}

  /** The application takes up to so many bytes of what was delivered. */
  record Consume(Who who, int bytes) implements Command {}

  record Shutdown(Who who) implements Command {}

  record Abort(Who who) implements Command {}

  record ChangePath(Who who) implements Command {}

  /** Time goes by; timers fire, no packet arrives. */
  record Pass(int millis) implements Command {}

  /** The next packets on their way to a side meet a fate. */
  record Network(Who to, Fate fate, int packets) implements Command {}

  /** Both directions deliver all that they have, so many times. */
  record Exchange(int rounds) implements Command {}

  /** A packet that was sent to a side before comes once more. */
  record Replay(Who to, int back) implements Command {}

  /** A packet that the peer never sent. Ends the promise of exactly-once delivery. */
  record Forge(Who to, Tag tag, List<Forgery> chunks) implements Command {}
}
