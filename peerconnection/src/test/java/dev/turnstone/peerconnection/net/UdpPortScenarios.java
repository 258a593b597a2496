package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves a socket, seen by sockets of the JDK on loopback. */
abstract class UdpPortScenarios {
  private static final int EIO = 5;
  private static final int ENETUNREACH = 101;

  private final Sockets sockets;
  private final EventLoops loops;
  private final UdpStatistics statistics;
  private final List<DatagramSocket> receivers = new ArrayList<>();
  private UdpPort port;

  UdpPortScenarios(String name) {
    sockets = TestSockets.named(name);
    loops = new EventLoops(1, sockets, Duration.ZERO);
    statistics = loops.statistics();
  }

  @BeforeEach
  void open() throws Exception {
    port = bind();
  }

  @AfterEach
  void close() {
    receivers.forEach(DatagramSocket::close);
    loops.close();
  }

  private UdpPort bind() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    UdpPort bound = sockets.bindUdp(any, false, statistics);
    LoopBuffers buffers = loops.buffers(loops.all().get(0));
    UdpInbound deaf =
        new UdpInbound(buffers, statistics) {
          @Override
          void handle(ByteBuffer bytes, InetSocketAddress from) {}

          @Override
          void handleReadComplete() {}
        };
    bound.register(loops.all().get(0), buffers, deaf);
    onLoop(() -> null);
    return bound;
  }

  private <T> T onLoop(Callable<T> call) throws Exception {
    return loops.all().get(0).submit(call).get(60, TimeUnit.SECONDS);
  }

  private DatagramSocket receiver() throws IOException {
    DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    receiver.setReceiveBufferSize(4 << 20);
    receiver.setSoTimeout(60_000);
    receivers.add(receiver);
    return receiver;
  }

  private static InetSocketAddress address(DatagramSocket receiver) {
    return (InetSocketAddress) receiver.getLocalSocketAddress();
  }

  private static byte[] next(DatagramSocket receiver) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
    receiver.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  /** Bytes that tell which they are. */
  private static ByteBuffer numbered(int number, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) number);
    return ByteBuffer.wrap(bytes).putInt(0, number);
  }

  private static void assertArrives(DatagramSocket receiver, int number, int size)
      throws IOException {
    assertArrayEquals(numbered(number, size).array(), next(receiver), "number " + number);
  }

  private void sendRun(DatagramSocket to, int first, int count, int size) throws Exception {
    onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            port.send(numbered(first + i, size), address(to));
          }
          port.flush();
          return null;
        });
  }

  private int isEpoll(int yes, int no) {
    return sockets.isNative() ? yes : no;
  }

  @Test
  void datagramsOfOneSizeArriveOneByOneAndLeaveInFewCalls() throws Exception {
    DatagramSocket receiver = receiver();
    onLoop(
        () -> {
          for (int i = 0; i < 100; i++) {
            port.send(numbered(i, 1200), address(receiver));
          }
          port.send(numbered(100, 700), address(receiver));
          port.flush();
          return null;
        });
    for (int i = 0; i < 100; i++) {
      assertArrives(receiver, i, 1200);
    }
    assertArrives(receiver, 100, 700);
    assertEquals(101, statistics.datagramsSent());
    assertEquals(1200, statistics.largestSentBytes());
    assertEquals(isEpoll(2, 0), statistics.segmentedSends());
    assertEquals(isEpoll(1, 101), statistics.sendCalls());
    assertEquals(0, statistics.sendErrors());
    assertEquals(0, statistics.refusedSegmentations());
  }

  @Test
  void aRunHasNoMoreSegmentsThanTheSystemTakes() throws Exception {
    DatagramSocket receiver = receiver();
    sendRun(receiver, 0, 130, 20);
    for (int i = 0; i < 130; i++) {
      assertArrives(receiver, i, 20);
    }
    // 64, 64 and 2.
    assertEquals(isEpoll(3, 0), statistics.segmentedSends());
  }

  @Test
  void aShorterDatagramEndsARunAndALongerOneBeginsAnother() throws Exception {
    DatagramSocket receiver = receiver();
    int[] sizes = {500, 500, 300, 300, 300, 800, 800, 100, 100, 900};
    onLoop(
        () -> {
          for (int i = 0; i < sizes.length; i++) {
            port.send(numbered(i, sizes[i]), address(receiver));
          }
          port.flush();
          return null;
        });
    for (int i = 0; i < sizes.length; i++) {
      assertArrives(receiver, i, sizes[i]);
    }
    // 500 500 300, 300 300, 800 800 100; and 100, 900 alone.
    assertEquals(isEpoll(3, 0), statistics.segmentedSends());
    assertEquals(isEpoll(1, sizes.length), statistics.sendCalls());
  }

  @Test
  void whateverIsMixedKeepsItsOrderToEachAddress() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<DatagramSocket> both = List.of(receiver(), receiver());
    for (int round = 0; round < 30; round++) {
      List<List<int[]>> sent = List.of(new ArrayList<>(), new ArrayList<>());
      int count = 1 + random.nextInt(100);
      int base = round * 1000;
      onLoop(
          () -> {
            int size = 200;
            int to = 0;
            for (int i = 0; i < count; i++) {
              size = random.nextInt(3) == 0 ? 4 + random.nextInt(1197) : size;
              to = random.nextInt(5) == 0 ? 1 - to : to;
              port.send(numbered(base + i, size), address(both.get(to)));
              sent.get(to).add(new int[] {base + i, size});
              if (random.nextInt(20) == 0) {
                port.flush();
              }
            }
            port.flush();
            return null;
          });
      for (int to = 0; to < 2; to++) {
        for (int[] each : sent.get(to)) {
          byte[] got = next(both.get(to));
          assertArrayEquals(
              numbered(each[0], each[1]).array(), got, "seed " + seed + ", number " + each[0]);
        }
      }
    }
    assertEquals(0, statistics.sendErrors());
  }

  @Test
  void twoSocketsOfOneLoopDoNotWriteOverEachOther() throws Exception {
    DatagramSocket one = receiver();
    DatagramSocket other = receiver();
    UdpPort second = bind();
    onLoop(
        () -> {
          for (int i = 0; i < 60; i++) {
            UdpPort next = i % 7 < 3 ? port : second;
            next.send(numbered(i, 1000), address(next == port ? one : other));
          }
          port.flush();
          second.flush();
          return null;
        });
    for (int i = 0; i < 60; i++) {
      assertArrives(i % 7 < 3 ? one : other, i, 1000);
    }
  }

  @Test
  void whatIsNotFlushedIsDroppedWithTheSocketAndHarmsNoOther() throws Exception {
    DatagramSocket receiver = receiver();
    UdpPort second = bind();
    onLoop(
        () -> {
          port.send(numbered(0, 100), address(receiver));
          port.send(numbered(1, 100), address(receiver));
          port.close();
          port.send(numbered(2, 100), address(receiver));
          port.flush();
          second.send(numbered(3, 100), address(receiver));
          second.flush();
          return null;
        });
    if (!sockets.isNative()) {
      assertArrives(receiver, 0, 100);
      assertArrives(receiver, 1, 100);
    }
    assertArrives(receiver, 3, 100);
    assertEquals(1, statistics.sendErrors());
  }

  @Test
  void anotherThreadMaySendWhereALoopHasNoSocketOfItsOwn() throws Exception {
    if (sockets.isNative()) {
      // There every loop has one.
      assertTrue(sockets.canSharePorts());
      return;
    }
    DatagramSocket receiver = receiver();
    port.send(numbered(7, 50), address(receiver));
    port.flush();
    assertArrives(receiver, 7, 50);
  }

  @Test
  void whereTheSystemTakesNoMoreItIsDroppedAndCounted() throws Exception {
    DatagramSocket receiver = receiver();
    onLoop(
        () -> {
          port.send(numbered(0, 100), address(receiver));
          port.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
          port.send(numbered(1, 100), address(receiver));
          port.send(numbered(2, 100), address(receiver));
          port.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);
          port.send(numbered(3, 100), address(receiver));
          port.flush();
          return null;
        });
    assertArrives(receiver, 0, 100);
    assertArrives(receiver, 3, 100);
    assertEquals(2, statistics.sendErrors());
    assertEquals(2, statistics.datagramsSent());
  }

  /** Holds back what is written, as a socket whose buffer is full does. */
  private static final class Full extends ChannelDuplexHandler {
    private final List<Runnable> held = new ArrayList<>();

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      held.add(() -> context.write(message, promise));
    }

    @Override
    public void flush(ChannelHandlerContext context) {}

    void open(ChannelHandlerContext context) {
      held.forEach(Runnable::run);
      held.clear();
      context.flush();
      context.pipeline().remove(this);
    }
  }

  @Test
  void whatHasToWaitIsNotWrittenOver() throws Exception {
    DatagramSocket receiver = receiver();
    Full full = new Full();
    onLoop(
        () -> {
          port.channel().pipeline().addFirst(full);
          // More than two slabs.
          for (int i = 0; i < 150; i++) {
            port.send(numbered(i, 2000), address(receiver));
          }
          port.flush();
          full.open(port.channel().pipeline().context(full));
          return null;
        });
    // The receiver's buffer may not hold them all; what has come is whole and in order.
    int last = -1;
    for (int i = 0; i < 50; i++) {
      byte[] got = next(receiver);
      int number = ByteBuffer.wrap(got).getInt();
      assertTrue(number > last, number + " after " + last);
      last = number;
      assertArrayEquals(numbered(number, 2000).array(), got);
    }
    sendRun(receiver, 1000, 1, 10);
    byte[] got = next(receiver);
    while (got.length != 10) {
      got = next(receiver);
    }
    assertEquals(1000, ByteBuffer.wrap(got).getInt());
  }

  /** Refuses runs, as some devices do. */
  private static final class Refusing extends ChannelDuplexHandler {
    private final int error;
    private int refused;

    Refusing(int error) {
      this.error = error;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof SegmentedDatagramPacket) {
        refused++;
        ReferenceCountUtil.release(message);
        promise.setFailure(new Errors.NativeIoException("sendmmsg", -error));
      } else {
        context.write(message, promise);
      }
    }
  }

  private Refusing refuse(int error) throws Exception {
    Refusing refusing = new Refusing(error);
    onLoop(() -> port.channel().pipeline().addFirst(refusing));
    return refusing;
  }

  @Test
  void aRefusedRunIsSentOneByOneAndNoOtherIsFormed() throws Exception {
    Refusing refusing = refuse(EIO);
    DatagramSocket receiver = receiver();
    for (int round = 0; round < 2; round++) {
      onLoop(
          () -> {
            for (int i = 0; i < 30; i++) {
              port.send(numbered(i, 1200), address(receiver));
            }
            port.send(numbered(30, 1000), address(receiver));
            port.flush();
            return null;
          });
      for (int i = 0; i < 30; i++) {
        assertArrives(receiver, i, 1200);
      }
      assertArrives(receiver, 30, 1000);
    }
    assertEquals(isEpoll(1, 0), refusing.refused);
    assertEquals(isEpoll(1, 0), statistics.refusedSegmentations());
    assertEquals(62, statistics.datagramsSent());
    assertEquals(0, statistics.sendErrors());
  }

  @Test
  void anErrorOfTheNetworkLosesNothingThatCouldLeaveAndRunsGoOn() throws Exception {
    Refusing refusing = refuse(ENETUNREACH);
    DatagramSocket receiver = receiver();
    sendRun(receiver, 0, 3, 500);
    onLoop(() -> port.channel().pipeline().remove(refusing));
    sendRun(receiver, 3, 3, 500);
    for (int i = 0; i < 6; i++) {
      assertArrives(receiver, i, 500);
    }
    assertEquals(isEpoll(1, 0), statistics.refusedSegmentations());
    assertEquals(isEpoll(2, 0), statistics.segmentedSends());
  }

  @Test
  void aRunToNowhereIsCountedAndTheSocketGoesOn() throws Exception {
    DatagramSocket receiver = receiver();
    onLoop(
        () -> {
          // From a loopback socket nothing leaves the host: the system refuses.
          InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 9);
          for (int i = 0; i < 3; i++) {
            port.send(numbered(i, 500), nowhere);
          }
          port.send(numbered(3, 500), address(receiver));
          port.flush();
          return null;
        });
    assertArrives(receiver, 3, 500);
    onLoop(() -> null);
    assertEquals(3, statistics.sendErrors());
  }
}
