package dev.turnstone.peerconnection.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How a socket of the native epoll reads: many datagrams into the loop's slab with one system call.
 * How many are asked for follows how many come, since to ask costs a little for each; and when
 * fewer came than were asked for, nothing is left and it does not ask again.
 */
final class BatchReads implements RecvByteBufAllocator {
  private static final int FEWEST = 4;
  private static final int STEP = 4;

  private final LoopBuffers buffers;

  BatchReads(LoopBuffers buffers) {
    this.buffers = buffers;
  }

  @Override
  @SuppressWarnings("deprecation") // The interface asks for this type; the other one extends it.
  public Handle newHandle() {
    return new Batch();
  }

  private final class Batch implements ExtendedHandle {
    private ChannelConfig config;
    private int asked = FEWEST;
    private int came;
    private int total;
    private int lastBytes;
    private int attemptedBytes;

    @Override
    public void reset(ChannelConfig of) {
      config = of;
      total = 0;
      came = 0;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator unused) {
      if (total > 0) {
        // The last ones were all that was asked for.
        asked = Math.min(asked * STEP, LoopBuffers.DATAGRAMS_PER_READ);
      }
      came = 0;
      return buffers.receiveSlab(asked);
    }

    @Override
    public void incMessagesRead(int messages) {
      came += messages;
      total += messages;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return continueReading();
    }

    @Override
    public boolean continueReading() {
      return came == asked && total < LoopBuffers.DATAGRAMS_PER_READ && config.isAutoRead();
    }

    @Override
    public void readComplete() {
      if (total * STEP <= asked) {
        asked = Math.max(asked / STEP, FEWEST);
      }
    }

    @Override
    public int guess() {
      return asked * LoopBuffers.LARGEST_DATAGRAM_BYTES;
    }

    @Override
    public void lastBytesRead(int bytes) {
      lastBytes = bytes;
    }

    @Override
    public int lastBytesRead() {
      return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attemptedBytes;
    }
  }
}
