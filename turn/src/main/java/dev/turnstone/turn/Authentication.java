package dev.turnstone.turn;

import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunAttribute.Algorithm;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.Verdict;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The long-term credential mechanism (RFC 8489 section 9.2.4). Keeps nothing of who asks. */
final class Authentication {
  private static final StunAttribute.PasswordAlgorithms ALGORITHMS =
      new StunAttribute.PasswordAlgorithms(List.of(Algorithm.SHA256, Algorithm.MD5));

  private final StunAttribute.Realm realm;
  private final Credentials credentials;
  private final boolean sha256;
  private final Nonces nonces;
  private final Instant birth;

  Authentication(
      TurnServerOptions options, Credentials credentials, Instant birth, SecureRandom random) {
    this.realm = new StunAttribute.Realm(options.realm());
    this.credentials = credentials;
    this.sha256 = options.sha256Passwords();
    this.nonces = new Nonces(random, options.nonceLifetime(), sha256);
    this.birth = birth;
  }

  /**
   * What the check found: one of the two.
   *
   * @param login who asked
   * @param refusal what to answer
   */
  record Outcome(Login login, Answer refusal) {}

  /**
   * Checks a request.
   *
   * @param packet its bytes
   * @param known who owns the allocation that is asked about, or null: whose key was looked up once
   *     is not looked up again
   */
  Outcome check(Request request, ByteBuffer packet, Login known) {
    if (!request.has(StunAttribute.MessageIntegrity.class)
        && !request.has(StunAttribute.MessageIntegritySha256.class)) {
      return refuse(challenge(Refusal.UNAUTHENTICATED, request));
    }
    Optional<StunAttribute.Username> username = request.attribute(StunAttribute.Username.class);
    Optional<StunAttribute.Realm> asked = request.attribute(StunAttribute.Realm.class);
    Optional<StunAttribute.Nonce> nonce = request.attribute(StunAttribute.Nonce.class);
    if (username.isEmpty() || asked.isEmpty() || nonce.isEmpty() || !algorithmIsSound(request)) {
      return refuse(Answer.refused(Refusal.BAD_REQUEST));
    }
    // Deviation: RFC 8489 has the nonce last. First, it costs strangers a nonce to cost us a
    // look-up.
    if (!nonces.isGood(nonce.get().nonce(), request.tuple(), request.nowNanos())) {
      return refuse(challenge(Refusal.STALE_NONCE, request));
    }
    boolean strong =
        request
            .attribute(StunAttribute.PasswordAlgorithm.class)
            .filter(a -> a.algorithm().code() == Algorithm.SHA256.code())
            .isPresent();
    String name = username.get().name();
    Login login =
        known != null && known.username().equals(name) && known.sha256() == strong
            ? known
            : lookUp(name, strong, request.nowNanos());
    if (login == null
        || !asked.get().equals(realm)
        || StunIntegrity.verify(packet, login.key()) != Verdict.VALID) {
      return refuse(challenge(Refusal.UNAUTHENTICATED, request));
    }
    return new Outcome(login, null);
  }

  /**
   * RFC 8489 section 9.2.4: both attributes or none, the list as it was sent, the choice from it.
   * So nobody between can talk a client out of the better algorithm.
   */
  private boolean algorithmIsSound(Request request) {
    if (!sha256) {
      return true;
    }
    Optional<StunAttribute.PasswordAlgorithms> list =
        request.attribute(StunAttribute.PasswordAlgorithms.class);
    Optional<StunAttribute.PasswordAlgorithm> chosen =
        request.attribute(StunAttribute.PasswordAlgorithm.class);
    if (list.isEmpty() && chosen.isEmpty()) {
      return true;
    }
    return list.isPresent()
        && chosen.isPresent()
        && list.get().equals(ALGORITHMS)
        && ALGORITHMS.algorithms().contains(chosen.get().algorithm());
  }

  private Login lookUp(String username, boolean strong, long nowNanos) {
    if (strong && !sha256) {
      return null;
    }
    Optional<String> password = credentials.password(username, birth.plusNanos(nowNanos));
    if (password.isEmpty()) {
      return null;
    }
    IntegrityKey key =
        strong
            ? IntegrityKey.longTermSha256(username, realm.realm(), password.get())
            : IntegrityKey.longTermMd5(username, realm.realm(), password.get());
    return new Login(username, credentials.account(username), strong, key);
  }

  private Answer challenge(Refusal refusal, Request request) {
    List<StunAttribute> attributes = new ArrayList<>();
    attributes.add(realm);
    attributes.add(new StunAttribute.Nonce(nonces.make(request.tuple(), request.nowNanos())));
    if (sha256) {
      attributes.add(ALGORITHMS);
    }
    return new Answer(refusal, attributes);
  }

  private static Outcome refuse(Answer answer) {
    return new Outcome(null, answer);
  }
}
