package dev.turnstone.ice.turn;

import dev.turnstone.ice.IceServer;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunEncoder;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.Verdict;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/** The long-term credential mechanism (RFC 8489 section 9.2): realm, nonce and key. */
final class LongTerm {
  /** A nonce that begins so tells what the server can (section 9.2). */
  private static final String NONCE_COOKIE = "obMatJos2";

  private static final int PASSWORD_ALGORITHMS = 0x800000;
  private static final int USERNAME_ANONYMITY = 0x400000;

  /** No server has as many as this; what it offers goes back with each request. */
  private static final int MAX_ALGORITHMS = 8;

  private final Supplier<IceServer.Credentials> supplier;
  private IceServer.Credentials credentials;
  private String realm;
  private String nonce;
  private IntegrityKey key;
  private List<StunAttribute.Algorithm> offered;
  private StunAttribute.Algorithm algorithm;
  private boolean anonymous;

  LongTerm(Supplier<IceServer.Credentials> supplier) {
    this.supplier = supplier;
    this.credentials = supplier.get();
  }

  /** Whether the server has told what it needs; before that, requests go without. */
  boolean isKnown() {
    return key != null;
  }

  /**
   * Takes what a 401 or 438 says.
   *
   * @return false when it says nothing usable
   */
  boolean handleChallenge(StunMessage response) {
    var newNonce = response.attribute(StunAttribute.Nonce.class).map(StunAttribute.Nonce::nonce);
    var newRealm = response.attribute(StunAttribute.Realm.class).map(StunAttribute.Realm::realm);
    if (credentials == null || newNonce.isEmpty() || newRealm.isEmpty() && realm == null) {
      return false;
    }
    int features = features(newNonce.get());
    List<StunAttribute.Algorithm> algorithms = null;
    StunAttribute.Algorithm chosen = null;
    if ((features & PASSWORD_ALGORITHMS) != 0) {
      algorithms =
          response
              .attribute(StunAttribute.PasswordAlgorithms.class)
              .map(StunAttribute.PasswordAlgorithms::algorithms)
              .orElse(List.of());
      chosen = choose(algorithms);
      // 9.2.5: the nonce says that there is a choice, and the choice is missing or has nothing for
      // us: somebody has taken it out.
      if (chosen == null) {
        return false;
      }
    }
    nonce = newNonce.get();
    realm = newRealm.orElse(realm);
    offered = algorithms;
    algorithm = chosen;
    anonymous = (features & USERNAME_ANONYMITY) != 0;
    return makeKey();
  }

  private boolean makeKey() {
    try {
      String user = credentials.username();
      key =
          StunAttribute.Algorithm.SHA256.equals(algorithm)
              ? IntegrityKey.longTermSha256(user, realm, credentials.password())
              : IntegrityKey.longTermMd5(user, realm, credentials.password());
      // What protect() does with them must not throw either.
      if (anonymous) {
        IntegrityKey.userHash(user, realm);
      } else {
        new StunAttribute.Username(user);
      }
      return true;
    } catch (IllegalArgumentException unusable) {
      key = null;
      return false;
    }
  }

  /**
   * Those in use are refused: asks for others.
   *
   * @return false when there are none
   */
  boolean renew() {
    IceServer.Credentials next = supplier.get();
    if (next == null || next.equals(credentials)) {
      return false;
    }
    credentials = next;
    return realm != null && makeKey();
  }

  private static int features(String nonce) {
    int start = NONCE_COOKIE.length();
    if (!nonce.startsWith(NONCE_COOKIE) || nonce.length() < start + 4) {
      return 0;
    }
    try {
      byte[] bits = Base64.getDecoder().decode(nonce.substring(start, start + 4));
      return bits.length < 3
          ? 0
          : (bits[0] & 0xFF) << 16 | (bits[1] & 0xFF) << 8 | (bits[2] & 0xFF);
    } catch (IllegalArgumentException noBase64) {
      return 0;
    }
  }

  private static StunAttribute.Algorithm choose(List<StunAttribute.Algorithm> offered) {
    if (offered.size() > MAX_ALGORITHMS
        || offered.stream().anyMatch(one -> one.parameters().remaining() > 32)) {
      return null;
    }
    for (StunAttribute.Algorithm one : offered) {
      if (one.equals(StunAttribute.Algorithm.SHA256) || one.equals(StunAttribute.Algorithm.MD5)) {
        return one;
      }
    }
    return null;
  }

  /** Completes a request. */
  void protect(StunEncoder request) {
    if (key == null) {
      request.fingerprint();
      return;
    }
    request
        .add(
            anonymous
                ? IntegrityKey.userHash(credentials.username(), realm)
                : new StunAttribute.Username(credentials.username()))
        .add(new StunAttribute.Realm(realm))
        .add(new StunAttribute.Nonce(nonce));
    if (algorithm != null) {
      request
          .add(new StunAttribute.PasswordAlgorithms(offered))
          .add(new StunAttribute.PasswordAlgorithm(algorithm))
          .integritySha256(key);
    } else {
      request.integrity(key);
    }
    request.fingerprint();
  }

  /** Whether a response is the server's. */
  boolean isGenuine(ByteBuffer response) {
    return key != null && StunIntegrity.verify(response, key) == Verdict.VALID;
  }
}
