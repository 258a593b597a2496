package dev.turnstone.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this JVM has allocated on its heap. */
final class Allocations {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private Allocations() {}

  /** By the threads that live now, since they began; an estimate of a few percent. */
  static long bytes() {
    if (!THREADS.isThreadAllocatedMemorySupported()) {
      return 0;
    }
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
