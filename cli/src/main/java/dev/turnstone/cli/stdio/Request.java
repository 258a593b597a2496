package dev.turnstone.cli.stdio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.peerconnection.IceCandidate;
import java.util.Optional;
import java.util.OptionalInt;

/** What a line asks for. */
sealed interface Request {

  /** {@code {"type":"offer","sdp":S}}: answer it. */
  record Offer(String sdp) implements Request {}

  /** {@code {"type":"answer","sdp":S}}: to the offer that was made. */
  record Answer(String sdp) implements Request {}

  /** {@code {"type":"candidate",...}}: one of the peer's candidates. */
  record Candidate(IceCandidate candidate) implements Request {}

  /** {@code {"cmd":"makeOffer"}}. */
  record MakeOffer() implements Request {}

  /** {@code {"cmd":"probe"}}: once more, over the connection that is there. */
  record Probe() implements Request {}

  /** {@code {"cmd":"exit"}}. */
  record Exit() implements Request {}

  /** Reads strictly: what follows the object on its line is an error too. */
  JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it is not one of the above; the text says why
   */
  static Request parse(String line) {
    JsonNode object;
    try {
      object = JSON.readTree(line);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("not JSON: " + malformed.getOriginalMessage(), malformed);
    }
    if (!object.isObject()) {
      throw new IllegalArgumentException("a JSON object is needed");
    }
    if (object.has("cmd")) {
      String command = text(object, "cmd");
      return switch (command) {
        case "makeOffer" -> new MakeOffer();
        case "probe" -> new Probe();
        case "exit" -> new Exit();
        default -> throw new IllegalArgumentException("unknown cmd: " + abridged(command));
      };
    }
    String type = text(object, "type");
    return switch (type) {
      case "offer" -> new Offer(text(object, "sdp"));
      case "answer" -> new Answer(text(object, "sdp"));
      case "candidate" -> new Candidate(candidate(object));
      default -> throw new IllegalArgumentException("unknown type: " + abridged(type));
    };
  }

  /** W3C's RTCIceCandidateInit, either in the line itself or as the member "candidate" of it. */
  private static IceCandidate candidate(JsonNode line) {
    JsonNode init = line.path("candidate").isObject() ? line.get("candidate") : line;
    JsonNode text = init.path("candidate");
    if (!text.isTextual() && !text.isNull()) {
      throw new IllegalArgumentException("\"candidate\" must be a string");
    }
    JsonNode index = init.path("sdpMLineIndex");
    return new IceCandidate(
        text.isTextual() ? text.textValue() : "",
        optionalText(init, "sdpMid"),
        index.canConvertToInt() && index.isIntegralNumber()
            ? OptionalInt.of(index.intValue())
            : OptionalInt.empty(),
        optionalText(init, "usernameFragment"));
  }

  private static Optional<String> optionalText(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  private static String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("\"" + name + "\" must be there and be a string");
    }
    return value.textValue();
  }

  private static String abridged(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
