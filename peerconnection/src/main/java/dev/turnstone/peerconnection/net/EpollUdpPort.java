package dev.turnstone.peerconnection.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket of the native epoll. Datagrams of one size to one address, in a row, are gathered into a
 * run: the system gets it as one (UDP_SEGMENT) and cuts it. Runs and single datagrams that are
 * flushed together leave with one system call (sendmmsg).
 *
 * <p>Some devices refuse to have datagrams cut. Then what was in the refused run is sent again one
 * by one, behind what was queued with it, and the socket forms no more runs.
 */
final class EpollUdpPort extends UdpPort {
  private static final Logger LOG = LoggerFactory.getLogger(EpollUdpPort.class);

  /** Linux's UDP_MAX_SEGMENTS; newer ones take 128. */
  private static final int MAX_SEGMENTS = 64;

  /** What fits one IP packet of 64 KiB with its headers, of which the run is made. */
  private static final int MAX_RUN_BYTES = 65_000;

  /** EIO: the device cannot finish checksums. EINVAL: a segment and its headers exceed the MTU. */
  private static final Set<Integer> REFUSALS = Set.of(5 /* EIO */, 22 /* EINVAL */);

  private LoopBuffers buffers;
  private boolean segmenting = EpollDatagramChannel.isSegmentedDatagramPacketSupported();
  private boolean queued;

  // The run: its bytes lie in the slab, from the start to the end.
  private ByteBuf slab;
  private int start;
  private int end;
  private int count;
  private int segmentBytes;
  private boolean isFull;
  private InetSocketAddress to;

  EpollUdpPort(EpollDatagramChannel channel, UdpStatistics statistics) {
    super(channel, statistics);
  }

  @Override
  void register(EventLoop loop, LoopBuffers its, ChannelHandler inbound) {
    buffers = its;
    channel.config().setRecvByteBufAllocator(new BatchReads(its));
    channel.closeFuture().addListener(closed -> dropRun());
    super.register(loop, its, inbound);
  }

  @Override
  void send(ByteBuffer packet, InetSocketAddress remote) {
    if (!channel.isWritable()) {
      statistics.countSendError();
      return;
    }
    int bytes = packet.remaining();
    if (!continues(bytes, remote)) {
      endRun();
      beginRun(bytes, remote);
    }
    int position = packet.position();
    slab.writeBytes(packet);
    packet.position(position);
    end += bytes;
    count++;
    // Only the last segment may be shorter.
    isFull = bytes < segmentBytes || count == MAX_SEGMENTS || !segmenting;
  }

  private boolean continues(int bytes, InetSocketAddress remote) {
    return count > 0
        && !isFull
        && bytes <= segmentBytes
        && bytes > 0
        && end - start + bytes < MAX_RUN_BYTES
        // Nobody else has put anything behind it.
        && slab.writerIndex() == end
        && remote.equals(to);
  }

  private void beginRun(int bytes, InetSocketAddress remote) {
    int room = Math.max(bytes, MAX_RUN_BYTES);
    if (!buffers.hasRoom(room)) {
      // What is queued leaves now, and its room with it.
      writeOut();
    }
    slab = buffers.sendSlab(room);
    start = slab.writerIndex();
    end = start;
    segmentBytes = bytes;
    to = remote;
  }

  private void endRun() {
    if (count == 0) {
      return;
    }
    // The run's claim to the slab goes over to what is queued.
    ByteBuf bytes = slab.slice(start, end - start);
    statistics.countSent(count, segmentBytes);
    if (count == 1) {
      channel.write(new DatagramPacket(bytes, to), channel.voidPromise());
    } else {
      statistics.countSegmentedSend();
      channel
          .write(new SegmentedDatagramPacket(bytes, segmentBytes, to))
          .addListener(new Run(bytes.retain(), segmentBytes, to));
    }
    count = 0;
    slab = null;
    queued = true;
  }

  @Override
  void flush() {
    endRun();
    writeOut();
  }

  private void writeOut() {
    if (queued) {
      queued = false;
      statistics.countSendCalls(1);
      channel.flush();
    }
  }

  /** Whoever closed it, this happens on the loop. */
  private void dropRun() {
    if (count > 0) {
      count = 0;
      slab.release();
      slab = null;
    }
  }

  /** What becomes of a run. */
  private final class Run implements ChannelFutureListener {
    private final ByteBuf bytes;
    private final int segmentBytes;
    private final InetSocketAddress to;

    Run(ByteBuf bytes, int segmentBytes, InetSocketAddress to) {
      this.bytes = bytes;
      this.segmentBytes = segmentBytes;
      this.to = to;
    }

    @Override
    public void operationComplete(ChannelFuture sent) {
      try {
        Throwable refused = sent.cause();
        if (refused instanceof IOException && !(refused instanceof ClosedChannelException)) {
          handleRefused(refused);
        }
      } finally {
        bytes.release();
      }
    }

    private void handleRefused(Throwable reason) {
      statistics.countRefusedSegmentation();
      if (segmenting && isRefusal(reason)) {
        segmenting = false;
        LOG.debug(
            "UDP {}: datagrams leave one by one, since {}", localAddress(), reason.toString());
      }
      // Whatever the reason: if it is the network's, each is refused and counted for itself.
      for (int at = 0; at < bytes.readableBytes(); at += segmentBytes) {
        int length = Math.min(segmentBytes, bytes.readableBytes() - at);
        channel.write(
            new DatagramPacket(bytes.retainedSlice(at, length), to), channel.voidPromise());
      }
      statistics.countSendCalls(1);
      channel.flush();
    }

    private static boolean isRefusal(Throwable reason) {
      return reason instanceof Errors.NativeIoException known
          && REFUSALS.contains(Math.abs(known.expectedErr()));
    }
  }
}
