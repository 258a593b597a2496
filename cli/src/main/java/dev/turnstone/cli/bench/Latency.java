package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The time from sending a message to having its echo; one message at a time on each connection.
 *
 * @param p50Micros the median, in microseconds
 * @param p99Micros the 99th percentile, in microseconds
 * @param cpuMicrosPerRoundTrip CPU time of the process, both peers, for each round trip
 */
public record Latency(double p50Micros, double p99Micros, double cpuMicrosPerRoundTrip) {

  /**
   * Measures; blocks.
   *
   * @param size of each message, in bytes
   * @param warmUpSeconds how long to play before it counts
   * @param seconds how long it counts
   * @throws IllegalArgumentException when the peer does not take messages of that size
   * @throws IllegalStateException when not a single echo came
   */
  public static Latency measure(Load load, int size, double warmUpSeconds, double seconds) {
    List<Player> players = new ArrayList<>();
    for (Pair pair : load.pairs()) {
      DataChannel far = pair.far();
      far.setListener(
          new DataChannelListener() {
            @Override
            public void onBinary(ByteBuffer binary) {
              far.send(binary);
            }
          });
      Player player = new Player(pair.near(), size);
      pair.near().setListener(player);
      players.add(player);
    }
    players.forEach(Player::serve);
    load.run(warmUpSeconds);

    players.forEach(Player::count);
    long cpuBefore = Cpu.nanos();
    load.run(seconds);
    double cpuMicros = (Cpu.nanos() - cpuBefore) / 1e3;
    Percentiles times = new Percentiles();
    players.forEach(player -> times.addAll(player.stop()));
    return new Latency(
        Throughput.round(times.at(0.5) / 1e3),
        Throughput.round(times.at(0.99) / 1e3),
        Throughput.round(cpuMicros / times.count()));
  }

  /** The side that serves and keeps the time. */
  private static final class Player implements DataChannelListener {
    private final DataChannel channel;
    private final ByteBuffer message;
    private final Percentiles times = new Percentiles();
    private long servedNanos;
    private boolean counting;
    private boolean stopped;

    Player(DataChannel channel, int size) {
      this.channel = channel;
      this.message = ByteBuffer.allocate(size);
    }

    synchronized void serve() {
      servedNanos = System.nanoTime();
      channel.send(message.duplicate());
    }

    synchronized void count() {
      counting = true;
    }

    synchronized Percentiles stop() {
      stopped = true;
      return times;
    }

    @Override
    public synchronized void onBinary(ByteBuffer binary) {
      if (stopped) {
        return;
      }
      if (counting) {
        times.add(System.nanoTime() - servedNanos);
      }
      serve();
    }
  }
}
