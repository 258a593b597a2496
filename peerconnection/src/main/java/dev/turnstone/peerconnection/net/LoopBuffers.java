package dev.turnstone.peerconnection.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * What the sockets of one event loop share, so that thousands of idle ones hold no memory: where
 * datagrams are received, and where those that leave are gathered. Used on that loop alone.
 */
final class LoopBuffers {
  /**
   * No datagram that WebRTC sends is larger; a larger one is cut off, fails its checks and is
   * dropped.
   */
  static final int LARGEST_DATAGRAM_BYTES = 2048;

  /** What a turn takes in at most, or little more. */
  static final int DATAGRAMS_PER_READ = 64;

  /**
   * Two of the largest sends: they leave with one system call, and stay in the processor's cache.
   */
  private static final int SLAB_BYTES = 128 << 10;

  /** Unpooled, and kept for the life of the loop. */
  private final ByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  private final byte[] array = new byte[LARGEST_DATAGRAM_BYTES];
  private final ByteBuffer received = ByteBuffer.wrap(array);
  private ByteBuffer direct;
  private ByteBuf in;
  private ByteBuf out;

  // In

  /**
   * Room for the system to put datagrams into; the taker releases it.
   *
   * @param datagrams how many, at most {@link #DATAGRAMS_PER_READ}
   */
  ByteBuf receiveSlab(int datagrams) {
    if (in == null) {
      in = allocator.directBuffer(DATAGRAMS_PER_READ * LARGEST_DATAGRAM_BYTES);
    }
    if (in.refCnt() != 1) {
      // Somebody still reads what came before.
      return allocator.directBuffer(datagrams * LARGEST_DATAGRAM_BYTES);
    }
    in.setIndex(0, 0);
    return datagrams == DATAGRAMS_PER_READ
        ? in.retain()
        : in.retainedSlice(0, datagrams * LARGEST_DATAGRAM_BYTES).writerIndex(0);
  }

  /** The bytes of a datagram on the heap, where ciphers are fastest; good until the next one. */
  ByteBuffer received(ByteBuf datagram) {
    int bytes = Math.min(datagram.readableBytes(), array.length);
    datagram.getBytes(datagram.readerIndex(), array, 0, bytes);
    return received.clear().limit(bytes);
  }

  // Out

  /** A copy in direct memory, good until the next one. */
  ByteBuffer direct(ByteBuffer packet) {
    int bytes = packet.remaining();
    if (direct == null || direct.capacity() < bytes) {
      direct = ByteBuffer.allocateDirect(Math.max(bytes, LARGEST_DATAGRAM_BYTES));
    }
    direct.clear().limit(bytes);
    direct.put(0, packet, packet.position(), bytes);
    return direct;
  }

  /** Whether there is room to gather so much without taking more memory. */
  boolean hasRoom(int bytes) {
    return out == null || out.refCnt() == 1 || out.writableBytes() >= bytes;
  }

  /** Room to gather so much, behind what others have gathered; the taker releases it. */
  ByteBuf sendSlab(int bytes) {
    if (out != null && out.refCnt() == 1) {
      out.clear();
    } else if (out != null && out.writableBytes() < bytes) {
      // What is in it waits for a socket that takes no more; it is freed with the last of that.
      out.release();
      out = null;
    }
    if (out == null) {
      out = allocator.directBuffer(Math.max(bytes, SLAB_BYTES), Math.max(bytes, SLAB_BYTES));
    }
    return out.retain();
  }

  /** The loop has ended. */
  void release() {
    if (in != null) {
      in.release();
      in = null;
    }
    if (out != null) {
      out.release();
      out = null;
    }
  }
}
