package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Listens at what an endpoint sends: no number may seal two records. */
final class Tap {
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int DATA = 23;

  private final Set<Long> used = new HashSet<>();

  /** The types of the protected records, in the order in which they were sent. */
  final List<Integer> types = new ArrayList<>();

  /** Their numbers. */
  final List<Long> numbers = new ArrayList<>();

  /** Looks at what comes by before it is passed on. */
  Endpoint.Path before(Endpoint.Path path, boolean gcm) {
    return new Endpoint.Path() {
      @Override
      public void send(byte[] datagram) {
        look(ByteBuffer.wrap(datagram), gcm);
        path.send(datagram);
      }

      @Override
      public void flush() {
        path.flush();
      }
    };
  }

  private void look(ByteBuffer datagram, boolean gcm) {
    int at = 0;
    while (at < datagram.limit()) {
      int end = Records.end(datagram, at);
      assertTrue(end > at, "not a record");
      if (Records.epoch(datagram, at) > 0) {
        long number = datagram.getLong(at + 3);
        assertTrue(used.add(number), "a second record of number " + number);
        if (gcm) {
          assertEquals(number, datagram.getLong(at + 13), "the nonce is the number");
        }
        types.add((int) datagram.get(at));
        numbers.add(number & 0xffff_ffff_ffffL);
      }
      at = end;
    }
  }

  long count(int type) {
    return types.stream().filter(t -> t == type).count();
  }
}
