package dev.turnstone.benchmarks;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import dev.turnstone.peerconnection.PeerConnectionListener;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a message of 100 bytes costs from the call of {@code send} to the other peer's listener, by
 * one thread and by four that share a channel, with callbacks on an executor and on the loop. Run
 * with {@code -prof gc}: what is allocated on the whole way is told for each message.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SendBenchmark {
  private static final int HIGH_MARK = 1 << 20;

  /** Whether callbacks run on the loop. */
  @Param({"false", "true"})
  public boolean directCallbacks;

  private final byte[] message = new byte[100];
  private PeerConnectionFactory factory;
  private DataChannel near;

  /** Connects two peers. */
  @Setup(Level.Trial)
  public void connect() {
    factory = new PeerConnectionFactory();
    PeerConnectionConfiguration configuration =
        PeerConnectionConfiguration.builder()
            .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
            .directCallbacks(directCallbacks)
            .build();
    PeerConnection offerer = factory.createPeerConnection(configuration);
    PeerConnection answerer = factory.createPeerConnection(configuration);
    answerer.setListener(
        new PeerConnectionListener() {
          @Override
          public void onDataChannel(DataChannel channel) {
            channel.setListener(
                new DataChannelListener() {
                  @Override
                  public void onBinary(ByteBuffer binary) {}
                });
          }
        });
    near = offerer.createDataChannel("bench");
    CompletableFuture<Void> opened = new CompletableFuture<>();
    near.setListener(
        new DataChannelListener() {
          @Override
          public void onOpen() {
            opened.complete(null);
          }
        });
    offerer.setLocalDescription().join();
    answerer.setRemoteDescription(offerer.gatheredLocalDescription().join()).join();
    answerer.setLocalDescription().join();
    offerer.setRemoteDescription(answerer.gatheredLocalDescription().join()).join();
    opened.join();
  }

  /** Closes both. */
  @TearDown(Level.Trial)
  public void close() {
    factory.close();
  }

  /** One thread. */
  @Benchmark
  public void sendByOne() {
    send();
  }

  /** Four threads on one channel. */
  @Benchmark
  @Threads(4)
  public void sendByFour() {
    send();
  }

  private void send() {
    while (near.bufferedAmount() > HIGH_MARK) {
      Thread.onSpinWait();
    }
    near.send(message);
  }
}
