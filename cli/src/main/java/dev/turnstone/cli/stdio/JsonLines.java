package dev.turnstone.cli.stdio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.turnstone.cli.link.Failures;
import dev.turnstone.ice.PairReport;
import dev.turnstone.peerconnection.IceCandidate;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes one JSON object per line, whole lines from any thread. */
final class JsonLines {
  private static final JsonMapper JSON = new JsonMapper();

  private final PrintStream out;

  JsonLines(OutputStream out) {
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
  }

  void ready() {
    write(object("ready"));
  }

  void description(String type, String sdp) {
    write(object(type).put("sdp", sdp));
  }

  /** Flat, so that the object itself is what a browser's {@code addIceCandidate} takes. */
  void candidate(IceCandidate candidate) {
    ObjectNode line = object("candidate").put("candidate", candidate.candidate());
    candidate.sdpMid().ifPresent(mid -> line.put("sdpMid", mid));
    candidate.sdpMLineIndex().ifPresent(index -> line.put("sdpMLineIndex", index));
    candidate.usernameFragment().ifPresent(ufrag -> line.put("usernameFragment", ufrag));
    write(line);
  }

  /** The pair, where it is known, is told by the types of its candidates. */
  void probeSucceeded(long millis, Optional<PairReport> pair) {
    ObjectNode line = object("probe").put("ok", true).put("ms", millis);
    pair.ifPresent(
        selected ->
            line.put("local", selected.local().candidate().type().token())
                .put("remote", selected.remote().candidate().type().token())
                .put("transport", selected.local().candidate().transport()));
    write(line);
  }

  void probeFailed(long millis, String why) {
    write(object("probe").put("ok", false).put("ms", millis).put("error", why));
  }

  void error(Throwable failure) {
    error(Failures.message(failure));
  }

  void error(String text) {
    write(object("error").put("error", text));
  }

  private static ObjectNode object(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private synchronized void write(ObjectNode line) {
    try {
      out.print(JSON.writeValueAsString(line) + "\n");
    } catch (JsonProcessingException impossible) {
      throw new AssertionError(impossible);
    }
    out.flush();
  }
}
