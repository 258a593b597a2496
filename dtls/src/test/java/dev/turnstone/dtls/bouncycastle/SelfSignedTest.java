package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfSignedTest {

  @Test
  void ecdsaIdentitiesAreOnP256() throws Exception {
    DtlsIdentity identity = Pair.ECDSA;
    identity.certificate().verify(identity.certificate().getPublicKey());
    ECPublicKey key = (ECPublicKey) identity.certificate().getPublicKey();
    assertEquals(256, key.getParams().getOrder().bitLength());
    assertEquals("SHA256withECDSA", identity.certificate().getSigAlgName());
    assertEquals(3, identity.certificate().getVersion());
  }

  @Test
  void rsaIdentitiesHave2048Bits() throws Exception {
    DtlsIdentity identity = Pair.RSA;
    identity.certificate().verify(identity.certificate().getPublicKey());
    RSAPublicKey key = (RSAPublicKey) identity.certificate().getPublicKey();
    assertEquals(2048, key.getModulus().bitLength());
    assertEquals("SHA256withRSA", identity.certificate().getSigAlgName());
  }

  @Test
  void certificatesAreValidNowAndForThirtyDays() throws Exception {
    Pair.ECDSA.certificate().checkValidity();
    Duration validity =
        Duration.between(
            Pair.ECDSA.certificate().getNotBefore().toInstant(),
            Pair.ECDSA.certificate().getNotAfter().toInstant());
    assertEquals(Duration.ofDays(31), validity);
  }

  @Test
  void nothingLinksTwoIdentities() {
    DtlsIdentity one = SelfSigned.ecdsa(new SecureRandom());
    DtlsIdentity other = SelfSigned.ecdsa(new SecureRandom());
    assertNotEquals(one.certificate().getSerialNumber(), other.certificate().getSerialNumber());
    assertTrue(one.certificate().getSerialNumber().signum() > 0);
    assertNotEquals(
        one.certificate().getSubjectX500Principal(), other.certificate().getSubjectX500Principal());
    assertNotEquals(one.certificate().getPublicKey(), other.certificate().getPublicKey());
  }

  @Test
  void theKeyIsNotPrinted() {
    assertFalse(Pair.ECDSA.toString().contains("rivate"));
    assertFalse(Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.RSA).toString().contains("rivate"));
  }

  @Test
  void anUnknownSrtpProfileIsRefusedAtOnce() {
    DtlsOptions o = Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO);
    DtlsOptions odd =
        new DtlsOptions(
            o.role(),
            o.identity(),
            o.remoteFingerprints(),
            o.mtu(),
            o.handshakeTimeout(),
            o.retransmitInterval(),
            List.of(99));
    assertThrows(IllegalArgumentException.class, () -> new Pair(odd, odd));
  }
}
