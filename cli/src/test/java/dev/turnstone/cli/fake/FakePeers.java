package dev.turnstone.cli.fake;

import dev.turnstone.cli.link.Peers;
import dev.turnstone.cli.link.Traffic;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes fake peers. All that have been made in this JVM can reach each other; everything happens on
 * one thread.
 */
public final class FakePeers implements Peers {
  static final Map<String, FakePeerConnection> BY_NAME = new ConcurrentHashMap<>();
  static final ExecutorService LOOP =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "fake-loop");
            thread.setDaemon(true);
            return thread;
          });

  private final List<FakePeerConnection> made = new CopyOnWriteArrayList<>();
  private volatile boolean unreachable;

  /** From now on connections fail where they would connect. */
  public void unreachable() {
    unreachable = true;
  }

  @Override
  public PeerConnection create(PeerConnectionConfiguration configuration) {
    FakePeerConnection connection = new FakePeerConnection(unreachable);
    made.add(connection);
    return connection;
  }

  /** The thread on which everything happens. */
  public ExecutorService loop() {
    return LOOP;
  }

  /** Every connection in the order in which they were made. */
  public List<FakePeerConnection> made() {
    return made;
  }

  @Override
  public Traffic traffic() {
    return new Traffic(made.size(), made.size(), 1200);
  }

  @Override
  public void close() {
    made.forEach(FakePeerConnection::close);
  }
}
