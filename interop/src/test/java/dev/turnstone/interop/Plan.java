package dev.turnstone.interop;

import dev.turnstone.peerconnection.IceCandidate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * How a browser and the JVM come to know of each other.
 *
 * @param offerer who offers
 * @param jvmRole the DTLS role that the JVM shall have, brought about by {@code a=setup} alone
 * @param trickle whether descriptions go without candidates, which follow one by one
 * @param toBrowser a last change to the JVM's description
 * @param toJvm a last change to the browser's description
 */
record Plan(
    Offerer offerer,
    JvmRole jvmRole,
    boolean trickle,
    UnaryOperator<String> toBrowser,
    UnaryOperator<String> toJvm) {

  /** Who offers. */
  enum Offerer {
    BROWSER,
    JVM
  }

  /** The JVM's DTLS role. */
  enum JvmRole {
    CLIENT,
    SERVER;

    /** The {@code a=setup} that the browser must show so that the JVM takes this role. */
    private String browserSetup() {
      return this == CLIENT ? "passive" : "active";
    }

    /** The {@code a=setup} that the JVM must show so that the browser takes the other role. */
    private String jvmSetup() {
      return this == CLIENT ? "active" : "passive";
    }
  }

  static Plan browserOffers() {
    return new Plan(
        Offerer.BROWSER, JvmRole.CLIENT, false, UnaryOperator.identity(), UnaryOperator.identity());
  }

  static Plan jvmOffers() {
    return new Plan(
        Offerer.JVM, JvmRole.SERVER, false, UnaryOperator.identity(), UnaryOperator.identity());
  }

  Plan as(JvmRole role) {
    return new Plan(offerer, role, trickle, toBrowser, toJvm);
  }

  Plan trickled() {
    return new Plan(offerer, jvmRole, true, toBrowser, toJvm);
  }

  Plan changingToBrowser(UnaryOperator<String> change) {
    return new Plan(offerer, jvmRole, trickle, change, toJvm);
  }

  Plan changingToJvm(UnaryOperator<String> change) {
    return new Plan(offerer, jvmRole, trickle, toBrowser, change);
  }

  /** Carries the descriptions and the candidates; does not wait for the connection. */
  void negotiate(BrowserPeer browser, JvmPeer jvm) {
    if (offerer == Offerer.BROWSER) {
      // An offer of one role leaves the answerer only the other one.
      String offer = Sdp.setup(browser.offer(!trickle), jvmRole.browserSetup());
      // Candidates that come before the description wait for it (RFC 9429 section 4.1.20).
      List<CompletableFuture<Void>> early = trickle ? trickleToJvm(browser, jvm) : List.of();
      String answer = jvm.answer(toJvm.apply(offer), !trickle);
      browser.accept(toBrowser.apply(answer));
      early.forEach(added -> JvmPeer.await(added, () -> "use of an early candidate"));
      if (trickle) {
        trickleToBrowser(browser, jvm);
      }
    } else {
      String offer = Sdp.setup(jvm.offer(!trickle), jvmRole.jvmSetup());
      String answer = browser.answer(toBrowser.apply(offer), !trickle);
      jvm.accept(toJvm.apply(answer));
      if (trickle) {
        trickleToBrowser(browser, jvm);
        trickleToJvm(browser, jvm)
            .forEach(added -> JvmPeer.await(added, () -> "use of a candidate"));
      }
    }
  }

  private static List<CompletableFuture<Void>> trickleToJvm(BrowserPeer browser, JvmPeer jvm) {
    List<CompletableFuture<Void>> added = new ArrayList<>();
    boolean more = true;
    while (more) {
      for (IceCandidate candidate : browser.takeCandidates()) {
        added.add(jvm.beginAddCandidate(candidate));
        more = !candidate.candidate().isEmpty();
      }
    }
    return added;
  }

  private static void trickleToBrowser(BrowserPeer browser, JvmPeer jvm) {
    IceCandidate candidate;
    do {
      candidate = jvm.takeCandidate();
      browser.addCandidate(candidate);
    } while (!candidate.candidate().isEmpty());
  }
}
