package dev.turnstone.dtls.bouncycastle;

import java.math.BigInteger;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.WNafUtil;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;

/**
 * The curve P-256 (NIST SP 800-186 section 3.2.1.3), which nearly every WebRTC certificate is on.
 * BouncyCastle's own look-up makes it known together with all other curves, and its readers of keys
 * know every algorithm there is: loading these is a tenth of a second of a JVM's first connection.
 */
final class P256 {
  /** The uncompressed form of a point (SEC 1 section 2.3.3): 4, x, y. */
  static final int POINT_BYTES = 65;

  private static final HexFormat HEX = HexFormat.of();

  /** All on one curve object, whose base point carries the table that makes it fast. */
  static final ECDomainParameters DOMAIN = domain();

  /** A SubjectPublicKeyInfo (RFC 5480 section 2) up to the point. */
  private static final byte[] PUBLIC_KEY_PREFIX =
      HEX.parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  /** PKCS #8 (RFC 5958) around RFC 5915 section 3, up to the key and from there to the point. */
  private static final byte[] PRIVATE_KEY_PREFIX =
      HEX.parseHex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");

  private static final byte[] PRIVATE_KEY_MIDDLE = HEX.parseHex("a144034200");

  private P256() {}

  private static ECDomainParameters domain() {
    ECCurve curve = new SecP256R1Curve();
    byte[] base =
        HEX.parseHex(
            "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    ECPoint point = curve.decodePoint(base);
    WNafUtil.configureBasepoint(point);
    return new ECDomainParameters(curve, point, curve.getOrder(), curve.getCofactor());
  }

  /** The key in BouncyCastle's form, or null when it is on another curve. */
  static ECPrivateKeyParameters privateKey(ECPrivateKey key) {
    return isThis(key.getParams()) ? new ECPrivateKeyParameters(key.getS(), DOMAIN) : null;
  }

  private static boolean isThis(ECParameterSpec other) {
    ECCurve curve = DOMAIN.getCurve();
    return other != null
        && other.getOrder().equals(DOMAIN.getN())
        && other.getCofactor() == 1
        && other.getCurve().getField().getFieldSize() == curve.getFieldSize()
        && other.getCurve().getA().equals(curve.getA().toBigInteger())
        && other.getCurve().getB().equals(curve.getB().toBigInteger())
        && other.getGenerator().getAffineX().equals(x(DOMAIN))
        && other.getGenerator().getAffineY().equals(y(DOMAIN));
  }

  private static BigInteger x(ECDomainParameters domain) {
    return domain.getG().getAffineXCoord().toBigInteger();
  }

  private static BigInteger y(ECDomainParameters domain) {
    return domain.getG().getAffineYCoord().toBigInteger();
  }

  /**
   * The public key of a SubjectPublicKeyInfo, or null when it is not on this curve, or not in the
   * usual form.
   *
   * @throws IllegalArgumentException when the point is not on the curve
   */
  static ECPublicKeyParameters publicKey(byte[] info) {
    if (info.length != PUBLIC_KEY_PREFIX.length + POINT_BYTES
        || info[info.length - POINT_BYTES] != 4) {
      return null;
    }
    for (int i = 0; i < PUBLIC_KEY_PREFIX.length; i++) {
      if (info[i] != PUBLIC_KEY_PREFIX[i]) {
        return null;
      }
    }
    byte[] point = Arrays.copyOfRange(info, PUBLIC_KEY_PREFIX.length, info.length);
    // Both check the point: it is on the curve, and not at infinity.
    return new ECPublicKeyParameters(DOMAIN.getCurve().decodePoint(point), DOMAIN);
  }

  /** The SubjectPublicKeyInfo of a key. */
  static byte[] encode(ECPublicKeyParameters key) {
    return Der.join(PUBLIC_KEY_PREFIX, key.getQ().getEncoded(false));
  }

  /** PKCS #8 of a key pair. */
  static byte[] encode(ECPrivateKeyParameters key, ECPublicKeyParameters publicKey) {
    return Der.join(
        PRIVATE_KEY_PREFIX,
        fixed(key.getD()),
        PRIVATE_KEY_MIDDLE,
        publicKey.getQ().getEncoded(false));
  }

  private static byte[] fixed(BigInteger number) {
    byte[] bytes = new byte[32];
    byte[] signed = number.toByteArray();
    int length = Math.min(signed.length, 32);
    System.arraycopy(signed, signed.length - length, bytes, 32 - length, length);
    return bytes;
  }
}
