package dev.turnstone.peerconnection;

import dev.turnstone.ice.IceEngine;
import dev.turnstone.ice.ice4j.Ice4jEngine;
import dev.turnstone.ice.transport.AgentEngine;

/** The ICE engines by name. */
final class IceEngines {
  private static final String ICE4J = "ice4j";
  private static final IceEngine OWN = new AgentEngine();

  private IceEngines() {}

  /**
   * The engine of that name.
   *
   * @throws IllegalArgumentException when there is none, or its library is missing
   */
  static IceEngine named(String name) {
    return switch (name) {
      case AgentEngine.NAME -> OWN;
      case ICE4J -> ice4j();
      default ->
          throw new IllegalArgumentException(
              "unknown ICE engine " + name + "; known: " + AgentEngine.NAME + ", " + ICE4J);
    };
  }

  private static IceEngine ice4j() {
    try {
      Class.forName("org.ice4j.ice.Agent", false, Ice4jEngine.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "the ICE engine ice4j needs the library org.jitsi:ice4j, which is not on the class path",
          e);
    }
    return Ice4j.ENGINE;
  }

  /** Loaded when somebody asks for it. */
  private static final class Ice4j {
    static final IceEngine ENGINE = new Ice4jEngine();
  }
}
