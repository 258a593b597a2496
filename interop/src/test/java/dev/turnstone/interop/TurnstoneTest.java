package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Turnstone with itself, in both roles, as two processes. */
class TurnstoneTest extends StackScenarios {
  TurnstoneTest() {
    super(Stack.TURNSTONE);
  }

  @Test
  void turnstonePeerTrickles() {
    try (StdioProcess offerer = trickling();
        StdioProcess answerer = trickling()) {
      offerer.say(Map.of("cmd", "makeOffer"));
      List<JsonNode> early = new ArrayList<>();
      String offer = until(offerer, "offer", early).get("sdp").asText();
      answerer.say(Map.of("type", "offer", "sdp", offer));
      String answer = until(answerer, "answer", new ArrayList<>()).get("sdp").asText();
      offerer.accept(answer);
      // The answerer's side alone does: it is the offerer's candidates that it is told.
      early.forEach(candidate -> answerer.sayRaw(candidate.toString()));
      JsonNode next = offerer.next();
      while (next.path("type").asText().equals("candidate")) {
        answerer.sayRaw(next.toString());
        next = offerer.next();
      }
      assertEquals("probe", next.path("type").asText(), next::toString);
      assertTrue(next.get("ok").asBoolean());
    }
  }

  @Test
  void turnstonePeerSaysWhatItDidNotUnderstandAndGoesOn() {
    StdioProcess peer = start(Stack.TURNSTONE);
    peer.sayRaw("this is not JSON");
    peer.expect("error");
    peer.say(Map.of("type", "offer", "sdp", "nor is this SDP"));
    peer.expect("error");
    assertTrue(peer.offer().startsWith("v=0"));
    peer.say(Map.of("cmd", "exit"));
    assertEquals(0, peer.awaitExit());
  }

  private StdioProcess trickling() {
    List<String> command = new ArrayList<>(Stack.TURNSTONE.command());
    command.add("--trickle");
    return new StdioProcess("turnstone", command);
  }

  private static JsonNode until(StdioProcess peer, String type, List<JsonNode> before) {
    JsonNode next = peer.next();
    while (next.path("type").asText().equals("candidate") && !type.equals("candidate")) {
      before.add(next);
      next = peer.next();
    }
    assertEquals(type, next.path("type").asText(), next::toString);
    return next;
  }
}
