package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.ice4j.Ice4jEngine;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** {@link GateScenarios} with ice4j, and what is peculiar to it. */
class Ice4jGateTest extends GateScenarios {
  Ice4jGateTest() {
    super(new Ice4jEngine());
  }

  @Test
  void moreAddressesThanAnyPeerHasAreNotRemembered() throws Exception {
    List<RawPeer> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 140; i++) {
        RawPeer one = new RawPeer();
        crowd.add(one);
        one.send(one.check(local, rawParameters), target);
        long overflow = Math.max(0, i + 1 - 128);
        if (overflow == 0) {
          one.receive(MessageClass.SUCCESS_RESPONSE);
        } else {
          awaitCounters(c -> c.overflow() == overflow);
        }
      }
    } finally {
      crowd.forEach(RawPeer::close);
    }
  }

  @Test
  void anEarlyCheckIsAnsweredAtOnceAndTriggersOneLater() throws Exception {
    ByteBuffer early = raw.check(local, rawParameters);
    raw.send(early, target);
    RawPeer.Received answer = raw.receive(MessageClass.SUCCESS_RESPONSE);
    assertEquals(
        raw.address(),
        answer.message().attribute(StunAttribute.XorMappedAddress.class).orElseThrow().address());
    assertEquals(0, peer.counters().checksAccepted());
    peer.start(IceRole.CONTROLLING, rawParameters);
    // No candidate was ever told: the early check is all that the agent knows of this address.
    raw.receive(MessageClass.REQUEST);
    assertEquals(1, peer.counters().checksAccepted());
  }

  @Test
  void noPasswordIsLoggedWhateverTheLevel() throws Exception {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public synchronized void publish(LogRecord record) {
            lines.add(record.getLoggerName() + " " + record.getMessage() + record.getThrown());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    List<Logger> loggers =
        List.of(root, Logger.getLogger("org.ice4j"), Logger.getLogger("org.jitsi"));
    List<Level> levels = loggers.stream().map(Logger::getLevel).toList();
    root.addHandler(handler);
    loggers.forEach(logger -> logger.setLevel(Level.ALL));
    try (Peer other = new Peer(new Ice4jEngine(), network, new IceOptions(new SecureRandom()))) {
      other.gather();
      other.trickleTo(peer);
      peer.trickleTo(other);
      // Both controlling: the change of role was once what logged the password.
      other.start(IceRole.CONTROLLING, local);
      peer.start(IceRole.CONTROLLING, other.parameters());
      peer.awaitState(IceState.COMPLETED);
      other.awaitState(IceState.COMPLETED);
      List<String> secrets = List.of(local.password(), other.parameters().password());
      synchronized (handler) {
        assertTrue(lines.stream().anyMatch(line -> line.contains("org.ice4j")), "nothing logged");
        for (String line : lines) {
          assertFalse(secrets.stream().anyMatch(line::contains), line);
        }
      }
    } finally {
      root.removeHandler(handler);
      for (int i = 0; i < loggers.size(); i++) {
        loggers.get(i).setLevel(levels.get(i));
      }
    }
  }
}
