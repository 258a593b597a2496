package dev.turnstone.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Where logs go and how much of them: standard error, warnings only unless asked for more. */
final class Logs {
  /** java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger JUL_ROOT = Logger.getLogger("");

  private Logs() {}

  /** Must run before the first logger is made. */
  static void configure(boolean verbose) {
    System.setProperty("org.slf4j.simpleLogger.logFile", "System.err");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
    if (verbose) {
      System.setProperty("org.slf4j.simpleLogger.log.dev.turnstone", "debug");
    }
    // ice4j writes ICE passwords at INFO: whatever was asked for, that does not appear.
    JUL_ROOT.setLevel(Level.WARNING);
    // Two threads that make the first logger at the same time get SLF4J to complain.
    LoggerFactory.getILoggerFactory();
  }
}
