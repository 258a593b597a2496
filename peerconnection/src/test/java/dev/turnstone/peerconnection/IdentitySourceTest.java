package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.bouncycastle.SelfSigned;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdentitySourceTest {
  private final AtomicInteger made = new AtomicInteger();
  private final IdentitySource source = new IdentitySource(this::make, Runnable::run);

  private DtlsIdentity make() {
    made.incrementAndGet();
    return SelfSigned.ecdsa(new SecureRandom());
  }

  @Test
  void nobodyGetsWhatAnotherHas() {
    Set<Object> serials = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      assertTrue(serials.add(source.take().join().certificate().getSerialNumber()));
    }
  }

  @Test
  void thoseWhoWantTwoAreNotSlowedByMakingMore() {
    source.take();
    source.take();
    assertEquals(2, made.get());
    source.take();
    assertTrue(made.get() > 3);
  }

  @Test
  void manyAreMadeAheadForThoseWhoWantMany() {
    for (int i = 0; i < 100; i++) {
      source.take();
    }
    assertTrue(made.get() >= 100 + 8 && made.get() <= 100 + 16, made + " were made");
  }

  @Test
  void theFirstCanBeLookedAtBeforeItIsTaken() {
    AtomicInteger seen = new AtomicInteger();
    source.afterFirst(identity -> seen.incrementAndGet());
    assertEquals(1, seen.get());
  }
}
