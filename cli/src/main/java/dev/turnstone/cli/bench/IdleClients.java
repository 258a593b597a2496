package dev.turnstone.cli.bench;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.SessionDescription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The clients of {@link Idle}, a process of their own. A line in is a number and an offer, a line
 * out the same number and the answer; they end with their input.
 */
public final class IdleClients {
  private IdleClients() {}

  static PeerConnectionConfiguration configuration() {
    return PeerConnectionConfiguration.builder()
        .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
        .loopbackCandidates(true)
        .build();
  }

  /** Serves until the input ends. */
  public static void serve(InputStream offers, PrintStream answers) throws IOException {
    try (PeerConnectionFactory factory = PeerConnectionFactory.builder().build();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(offers, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.indexOf(' ');
        answer(factory, line.substring(0, space), text(line.substring(space + 1)), answers);
      }
    }
  }

  private static void answer(
      PeerConnectionFactory factory, String id, String offer, PrintStream answers) {
    PeerConnection connection = factory.createPeerConnection(configuration());
    connection.setListener(
        new PeerConnectionListener() {
          @Override
          public void onDataChannel(DataChannel channel) {
            echo(channel);
          }
        });
    connection
        .setRemoteDescription(SessionDescription.offer(offer))
        .thenCompose(done -> connection.setLocalDescription())
        .thenCompose(done -> connection.gatheredLocalDescription())
        .thenAccept(answer -> write(answers, Integer.parseInt(id), answer.sdp()))
        .exceptionally(
            failure -> {
              System.err.println("client " + id + ": " + failure);
              return null;
            });
  }

  private static void echo(DataChannel channel) {
    channel.setListener(
        new DataChannelListener() {
          @Override
          public void onText(String text) {
            channel.send(text);
          }
        });
  }

  static void write(PrintStream out, int id, String sdp) {
    String line =
        id + " " + Base64.getEncoder().encodeToString(sdp.getBytes(StandardCharsets.UTF_8));
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }

  static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
