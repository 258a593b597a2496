package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.IceParameters;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The one place where ice4j's JVM-wide settings are made. A property that the user has set stays as
 * it is.
 */
final class Ice4jSettings {
  private static final Map<String, String> PROPERTIES =
      Map.of(
          // Its probe of a cloud's metadata address, and the mappings learned from STUN servers.
          "ice4j.harvest.mapping.aws.enabled", "false",
          "ice4j.harvest.mapping.aws.force", "false",
          // Bytes that tell the peer what we run, and nothing else.
          "ice4j.software", "",
          // Requests without integrity are answered 401. None should get as far: see StunGate.
          "org.ice4j.REQUIRE_MESSAGE_INTEGRITY", "true",
          // Consent checks keep the selected pair alive: see Consent.
          "org.ice4j.NO_KEEP_ALIVES", "true",
          "ice4j.use-component-socket", "false");

  /**
   * Held for good: java.util.logging forgets the level of a logger that nobody refers to. What
   * these would tell at INFO is of no use to a user, and some of it was once a password.
   */
  private static final List<Logger> QUIET =
      List.of(
          Logger.getLogger("org.ice4j"),
          Logger.getLogger("org.jitsi"),
          Logger.getLogger("JitsiConfig"));

  static {
    PROPERTIES.forEach(
        (key, value) -> {
          if (System.getProperty(key) == null) {
            System.setProperty(key, value);
          }
        });
    for (Logger logger : QUIET) {
      if (logger.getLevel() == null) {
        logger.setLevel(Level.SEVERE);
      }
    }
  }

  private Ice4jSettings() {}

  /**
   * Makes the settings, once, and lets ice4j load its classes and its configuration in the
   * background: the first connection would wait for them. To be called before any class of ice4j is
   * touched.
   */
  static void apply() {
    WarmUp.begin();
  }

  private static final class WarmUp {
    static {
      new Worker(failure -> {}).execute(WarmUp::run);
    }

    static void begin() {
      // The static block has run.
    }

    private static void run() {
      // Nobody checks with it, so its credentials may be known.
      IceParameters known = new IceParameters("warm", "0123456789012345678901");
      new CheckAgent(known, CheckAgent.Listener.NONE).free();
    }
  }
}
