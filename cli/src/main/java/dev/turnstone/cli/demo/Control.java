package dev.turnstone.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.turnstone.datachannel.DataChannel;

/** The small JSON messages between the page and its peer: an "op" and what belongs to it. */
final class Control {
  static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_CHARACTERS = 4096;
  private static final long MAX_BUFFERED = 8 * 1024 * 1024;

  private Control() {}

  static ObjectNode op(String name) {
    return JSON.createObjectNode().put("op", name);
  }

  /** What the text says, or a missing node when it is too long or not JSON. */
  static JsonNode parse(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      return MissingNode.getInstance();
    }
  }

  /**
   * Sends it. A channel that closed meanwhile has nobody left to tell; a page that asks and does
   * not read is not told either, so that memory stays bounded.
   */
  static void send(DataChannel channel, ObjectNode message) {
    if (channel.bufferedAmount() > MAX_BUFFERED) {
      return;
    }
    try {
      channel.send(message.toString());
    } catch (IllegalStateException closed) {
      // The listener hears of the closing.
    }
  }
}
