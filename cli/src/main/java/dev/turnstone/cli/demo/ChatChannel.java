package dev.turnstone.cli.demo;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.lang.management.ManagementFactory;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Echoes what the visitor writes, and knows a few words beginning with a slash. */
final class ChatChannel implements DataChannelListener {
  private static final int MAX_CHARACTERS = 4000;
  private static final long MAX_BUFFERED = 256 * 1024;

  private final DataChannel channel;

  ChatChannel(DataChannel channel) {
    this.channel = channel;
    say("Hello from " + java() + ". I echo what you write; /help lists what else I know.");
  }

  private static String java() {
    return "Java "
        + System.getProperty("java.version")
        + " on "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch");
  }

  @Override
  public void onText(String text) {
    if (text.length() > MAX_CHARACTERS) {
      say("That is " + text.length() + " characters; I echo up to " + MAX_CHARACTERS + ".");
      return;
    }
    say(
        switch (text.strip().toLowerCase(Locale.ROOT)) {
          case "/help" -> "/java, /memory, /time, /uptime. Anything else comes back as it is.";
          case "/java" -> java();
          case "/memory" -> memory();
          case "/time" ->
              "It is "
                  + LocalTime.now(ZoneId.systemDefault())
                      .format(DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT))
                  + " here.";
          case "/uptime" -> uptime();
          default -> text;
        });
  }

  private static String memory() {
    Runtime runtime = Runtime.getRuntime();
    long used = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    return used + " MiB of heap in use, " + (runtime.maxMemory() >> 20) + " MiB allowed.";
  }

  private static String uptime() {
    long seconds =
        TimeUnit.MILLISECONDS.toSeconds(ManagementFactory.getRuntimeMXBean().getUptime());
    return "Up for " + seconds / 60 + " min " + seconds % 60 + " s.";
  }

  private void say(String text) {
    if (channel.bufferedAmount() > MAX_BUFFERED) {
      return; // a page that writes and does not read misses echoes; memory stays bounded
    }
    try {
      channel.send(text);
    } catch (IllegalStateException closed) {
      // Nobody is there to hear it.
    }
  }
}
