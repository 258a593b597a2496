package dev.turnstone.cli.bench;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SessionDescription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The side of {@link Idle} that is measured: it offers, and the clients answer through a pipe.
 * Every step waits; {@link #readAnswers} has a thread of its own.
 */
final class IdleServer {
  private static final int PATIENCE_MINUTES = 10;

  private final PeerConnectionFactory factory;
  private final PrintStream out;
  private final Semaphore turns;
  private final Map<Integer, PeerConnection> open = new ConcurrentHashMap<>();
  private final List<DataChannel> channels = new ArrayList<>();
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private volatile CountDownLatch opening = new CountDownLatch(0);
  private volatile CountDownLatch echoes = new CountDownLatch(0);
  private int made;

  IdleServer(PeerConnectionFactory factory, int atOnce, PrintStream out) {
    this.factory = factory;
    this.out = out;
    this.turns = new Semaphore(atOnce);
  }

  void connect(int count) throws InterruptedException {
    opening = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      while (!turns.tryAcquire(1, TimeUnit.SECONDS)) {
        check();
      }
      begin(made++);
    }
    await(opening, "did not connect");
  }

  private void begin(int id) {
    PeerConnection connection = factory.createPeerConnection(IdleClients.configuration());
    open.put(id, connection);
    connection.setListener(
        new PeerConnectionListener() {
          @Override
          public void onConnectionStateChange(PeerConnectionState state) {
            if (state == PeerConnectionState.FAILED) {
              failed.complete(
                  connection
                      .failure()
                      .orElseGet(() -> new IllegalStateException("connection " + id + " failed")));
            }
          }
        });
    DataChannel channel = connection.createDataChannel("idle");
    channels.add(channel);
    channel.setListener(
        new DataChannelListener() {
          @Override
          public void onOpen() {
            turns.release();
            opening.countDown();
          }

          @Override
          public void onText(String text) {
            echoes.countDown();
          }
        });
    connection
        .setLocalDescription()
        .thenCompose(done -> connection.gatheredLocalDescription())
        .thenAccept(offer -> IdleClients.write(out, id, offer.sdp()))
        .exceptionally(
            failure -> {
              failed.complete(failure);
              return null;
            });
  }

  void readAnswers(InputStream answers) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(answers, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.indexOf(' ');
        PeerConnection connection = open.get(Integer.parseInt(line.substring(0, space)));
        connection.setRemoteDescription(
            SessionDescription.answer(IdleClients.text(line.substring(space + 1))));
      }
      failed.complete(new IllegalStateException("the clients' process has ended"));
    } catch (IOException | RuntimeException e) {
      failed.complete(e);
    }
  }

  void echoAll() throws InterruptedException {
    echoes = new CountDownLatch(channels.size());
    channels.forEach(channel -> channel.send("hello"));
    await(echoes, "did not answer");
  }

  private void await(CountDownLatch latch, String what) throws InterruptedException {
    for (int i = 0; i < TimeUnit.MINUTES.toSeconds(PATIENCE_MINUTES); i++) {
      if (latch.await(1, TimeUnit.SECONDS)) {
        return;
      }
      check();
    }
    throw new IllegalStateException(latch.getCount() + " connections " + what);
  }

  private void check() {
    if (failed.isDone()) {
      throw new IllegalStateException(failed.join());
    }
  }

  void closeAll() {
    open.values().forEach(PeerConnection::close);
    open.clear();
    channels.clear();
  }
}
