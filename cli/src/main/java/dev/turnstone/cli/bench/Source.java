package dev.turnstone.cli.bench;

/**
 * Keeps a lane full: what is buffered stays between two marks, so that neither does the lane run
 * dry nor the heap fill. {@link #fill} begins; the lane's low mark calls it from then on.
 */
final class Source {
  private final Lane lane;
  private final Content content;
  private final long highMark;
  private boolean filling;
  private volatile boolean stopped;

  Source(Lane lane, int size, long highMark) {
    this.lane = lane;
    this.highMark = highMark;
    content = new Content(size);
  }

  /**
   * Fills the lane up to the mark. A call from within {@code send}, as callbacks on the event loop
   * may make it, leaves the work to the call that is already at it.
   */
  synchronized void fill() {
    if (filling) {
      return;
    }
    filling = true;
    try {
      while (!stopped && lane.bufferedAmount() < highMark) {
        lane.send(content.next());
      }
    } finally {
      filling = false;
    }
  }

  /** Sends nothing more; returns how many messages it has sent. */
  long stop() {
    stopped = true;
    // A fill that never reaches the mark ends now.
    synchronized (this) {
      return content.count();
    }
  }
}
