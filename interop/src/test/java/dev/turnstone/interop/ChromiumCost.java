package dev.turnstone.interop;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Who is the limit between Chromium and us: the processor time that each of the two takes for the
 * same bytes, both ways. It measures and holds nothing, so its name keeps it out of a build: {@code
 * mvn -pl interop -am test -Dtest=ChromiumCost -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@InBrowser(BrowserKind.CHROMIUM)
final class ChromiumCost extends BrowserScenarios {
  private static final int WARM_UP = 100 << 20;
  private static final int TOTAL = 300 << 20;
  private static final int MESSAGE = 65536;
  private static final long HIGH_MARK = 4 << 20;
  private static final long PATIENCE_SECONDS = 120;
  private static final OperatingSystemMXBean JVM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Processor time so far, in nanoseconds. */
  private record Spent(long nanoTime, long jvm, long browser) {
    static Spent now() {
      return new Spent(System.nanoTime(), JVM.getProcessCpuTime(), browserNanos());
    }

    /** Chromium's processes descend from ours, through the one that drives it. */
    private static long browserNanos() {
      return ProcessHandle.current()
          .descendants()
          .filter(process -> process.info().command().orElse("").contains("chrom"))
          .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
          .mapToLong(Duration::toNanos)
          .sum();
    }
  }

  @Test
  void whatEachSideSpends() throws Exception {
    ObjectNode result = new JsonMapper().createObjectNode();
    ArrayNode ways = result.putArray("ways");
    Link link = connect(Plan.browserOffers());
    toBrowser(link, WARM_UP);
    fromBrowser(link, WARM_UP);
    Spent before = Spent.now();
    toBrowser(link, TOTAL);
    tell(ways.addObject(), "to Chromium", before, Spent.now());
    before = Spent.now();
    fromBrowser(link, TOTAL);
    tell(ways.addObject(), "from Chromium", before, Spent.now());
    System.out.println(result);
  }

  private static void tell(ObjectNode way, String name, Spent before, Spent after) {
    double seconds = (after.nanoTime() - before.nanoTime()) / 1e9;
    double jvm = (after.jvm() - before.jvm()) / 1e9;
    double browser = (after.browser() - before.browser()) / 1e9;
    way.put("way", name)
        .put("megabytes", TOTAL / 1e6)
        .put("seconds", seconds)
        .put("mbitPerSecond", TOTAL * 8.0 / 1e6 / seconds)
        .put("jvmCpuSeconds", jvm)
        .put("browserCpuSeconds", browser)
        .put("ratio", browser / jvm);
  }

  private static void toBrowser(Link link, int total) {
    link.browser().countOnly(CHAT, total);
    DataChannel channel = link.chat().channel();
    ByteBuffer message = ByteBuffer.allocate(MESSAGE);
    AtomicLong left = new AtomicLong(total);
    Runnable fill =
        () -> {
          synchronized (left) {
            while (left.get() > 0 && channel.bufferedAmount() < HIGH_MARK) {
              channel.send(message.duplicate());
              left.addAndGet(-MESSAGE);
            }
          }
        };
    channel.setBufferedAmountLowThreshold(HIGH_MARK / 2);
    channel.setListener(
        new DataChannelListener() {
          @Override
          public void onBufferedAmountLow() {
            fill.run();
          }
        });
    fill.run();
    link.browser().receivedBytes(CHAT, total);
  }

  private static void fromBrowser(Link link, int total) throws Exception {
    CompletableFuture<Void> whole = new CompletableFuture<>();
    AtomicLong left = new AtomicLong(total);
    link.chat()
        .channel()
        .setListener(
            new DataChannelListener() {
              @Override
              public void onBinary(ByteBuffer binary) {
                if (left.addAndGet(-binary.remaining()) <= 0) {
                  whole.complete(null);
                }
              }
            });
    link.browser().beginPlain(CHAT, total, MESSAGE);
    whole.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
