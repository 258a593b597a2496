package dev.turnstone.ice.ice4j;

import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import org.jitsi.utils.logging2.Logger;

/**
 * What an agent and its parts log with: warnings and errors become debug lines of ours, the rest is
 * not even put together.
 */
final class FencedLogger implements Logger {
  private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(Ice4jEngine.class);

  @Override
  public Logger createChildLogger(String name, Map<String, String> context) {
    return this;
  }

  @Override
  public Logger createChildLogger(String name) {
    return this;
  }

  @Override
  public boolean isWarnEnabled() {
    return LOG.isDebugEnabled();
  }

  @Override
  public void warn(Object message) {
    LOG.debug("ice4j: {}", message);
  }

  @Override
  public void warn(Supplier<String> message) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("ice4j: {}", message.get());
    }
  }

  @Override
  public void warn(Object message, Throwable cause) {
    LOG.debug("ice4j: {}", message, cause);
  }

  @Override
  public void error(Object message) {
    warn(message);
  }

  @Override
  public void error(Supplier<String> message) {
    warn(message);
  }

  @Override
  public void error(Object message, Throwable cause) {
    warn(message, cause);
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public void trace(Object message) {}

  @Override
  public void trace(Supplier<String> message) {}

  @Override
  public boolean isDebugEnabled() {
    return false;
  }

  @Override
  public void debug(Object message) {}

  @Override
  public void debug(Supplier<String> message) {}

  @Override
  public boolean isInfoEnabled() {
    return false;
  }

  @Override
  public void info(Object message) {}

  @Override
  public void info(Supplier<String> message) {}

  @Override
  public void setUseParentHandlers(boolean use) {}

  @Override
  public void addHandler(Handler handler) {}

  @Override
  public void removeHandler(Handler handler) {}

  @Override
  public void setLevelError() {}

  @Override
  public void setLevelWarn() {}

  @Override
  public void setLevelInfo() {}

  @Override
  public void setLevelDebug() {}

  @Override
  public void setLevelTrace() {}

  @Override
  public void setLevelAll() {}

  @Override
  public void setLevelOff() {}

  @Override
  public void setLevel(Level level) {}

  @Override
  public Level getLevel() {
    return Level.WARNING;
  }

  @Override
  public void addContext(Map<String, String> context) {}

  @Override
  public void addContext(String key, String value) {}
}
