package dev.turnstone.interop;

import com.microsoft.playwright.Page;
import dev.turnstone.peerconnection.IceCandidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An {@code RTCPeerConnection} in a page. What waits, waits in the page for its event, at most half
 * a minute; what fails there is thrown here.
 */
final class BrowserPeer implements AutoCloseable {
  private final Page page;
  private final String name;

  BrowserPeer(Page page, String name) {
    this.page = page;
    this.name = name;
    page.evaluate("name => turnstone.make(name, {})", name);
  }

  String offer(boolean gathered) {
    return (String) call("offer", gathered);
  }

  String answer(String offer, boolean gathered) {
    return (String) call("answer", offer, gathered);
  }

  void accept(String answer) {
    call("accept", answer);
  }

  void addCandidate(IceCandidate candidate) {
    call(
        "addCandidate",
        candidate.candidate(),
        candidate.sdpMid().orElse("0"),
        candidate.usernameFragment().orElse(null));
  }

  /** Asks for an ICE restart, which the next offer brings. */
  void restartIce() {
    call("restartIce");
  }

  /** The candidates since the last call, at least one; the last of all is empty. */
  List<IceCandidate> takeCandidates() {
    List<IceCandidate> taken = new ArrayList<>();
    for (Object candidate : (List<?>) call("takeCandidates")) {
      Map<?, ?> init = (Map<?, ?>) candidate;
      taken.add(
          new IceCandidate(
              (String) init.get("candidate"),
              Optional.of((String) init.get("sdpMid")),
              OptionalInt.empty(),
              Optional.ofNullable((String) init.get("usernameFragment"))));
    }
    return taken;
  }

  void open(String label) {
    open(label, Map.of());
  }

  void open(String label, Map<String, Object> init) {
    call("open", label, init);
  }

  void awaitOpen(String label) {
    call("untilOpen", label);
  }

  void awaitClosed(String label) {
    call("untilClosed", label);
  }

  String awaitConnection(String... states) {
    return (String) call("untilConnection", (Object[]) states);
  }

  /** The messages of a channel, once that many have come. */
  List<Message> received(String label, int count) {
    return messages(call("received", label, count));
  }

  /** The messages of a channel, once a text has come. */
  List<Message> receivedUntil(String label, String text) {
    return messages(call("receivedUntil", label, text));
  }

  /** The CRC-32 of all binary bytes of a channel, once that many have come. */
  Message.Binary receivedBytes(String label, int count) {
    Map<?, ?> told = (Map<?, ?>) call("receivedBytes", label, count);
    return new Message.Binary(
        ((Number) told.get("bytes")).intValue(), ((Number) told.get("crc")).longValue());
  }

  void send(String label, String text) {
    call("sendText", label, text);
  }

  void sendPattern(String label, int seed, int length) {
    call("sendPattern", label, seed, length);
  }

  /** Sends a long pattern in messages of one size; comes back when the last has been queued. */
  void sendBulk(String label, int seed, int total, int size) {
    call("sendBulk", label, seed, total, size);
  }

  /** Begins {@link #sendBulk} and comes back at once. */
  void beginBulk(String label, int seed, int total, int size) {
    page.evaluate(
        "([name, args]) => void turnstone.call(name, 'sendBulk', args)",
        List.of(name, List.of(label, seed, total, size)));
  }

  /** From now on the page only counts the bytes of a channel; {@code bytes} are expected. */
  void countOnly(String label, int bytes) {
    call("countOnly", label, bytes);
  }

  /** Begins to send the same bytes again and again, as cheaply as a page can. */
  void beginPlain(String label, int total, int size) {
    page.evaluate(
        "([name, args]) => void turnstone.call(name, 'sendPlain', args)",
        List.of(name, List.of(label, total, size)));
  }

  /** Begins to send a pattern in messages of one size, until {@link #endStream}. */
  void beginStream(String label, int seed, int size) {
    call("beginStream", label, seed, size);
  }

  /** How many bytes it became. */
  int endStream() {
    return ((Number) call("endStream")).intValue();
  }

  /** What a channel told of itself: {@code open}, {@code closing}, {@code close}. */
  List<?> events(String label) {
    return (List<?>) call("events", label);
  }

  /** How many channels there are or have been. */
  int channelCount() {
    return ((Number) call("channelCount")).intValue();
  }

  /** The attributes of {@code RTCDataChannel}, by name; those that are null are absent. */
  Map<String, Object> attributes(String label) {
    Map<String, Object> present = new HashMap<>();
    ((Map<?, ?>) call("attributes", label))
        .forEach(
            (key, value) -> {
              if (value != null) {
                present.put((String) key, value);
              }
            });
    return present;
  }

  /** How many channels there may be: the lesser of what the two INITs say. */
  int maxChannels() {
    return ((Number) call("maxChannels")).intValue();
  }

  int maxMessageSize() {
    return ((Number) call("maxMessageSize")).intValue();
  }

  /** The DTLS transport's statistics: role, state, version, cipher. */
  Map<?, ?> transport() {
    return (Map<?, ?>) call("transport");
  }

  void echo() {
    call("setEcho", true);
  }

  /** What the channel's error events said. */
  List<?> errors(String label) {
    return (List<?>) call("errors", label);
  }

  void closeChannel(String label) {
    call("closeChannel", label);
  }

  @Override
  public void close() {
    call("close");
  }

  private static List<Message> messages(Object told) {
    List<Message> messages = new ArrayList<>();
    for (Object message : (List<?>) told) {
      messages.add(Message.fromPage((Map<?, ?>) message));
    }
    return messages;
  }

  private Object call(String method, Object... arguments) {
    return page.evaluate(
        "([name, method, args]) => turnstone.call(name, method, args)",
        List.of(name, method, Arrays.asList(arguments)));
  }
}
