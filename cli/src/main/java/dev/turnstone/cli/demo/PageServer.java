package dev.turnstone.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.turnstone.cli.link.Failures;
import dev.turnstone.peerconnection.SessionDescription;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page and its signaling: {@code POST /api/offer} answers an offer, {@code DELETE
 * /api/visitors/ID} ends that visit, {@code GET /api/about} tells what runs here. Everything that
 * can be served is in one table: no path reaches a file.
 */
public final class PageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
  private static final int THREADS = 8;
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final long ANSWER_SECONDS = 20;
  private static final String JSON_TYPE = "application/json; charset=utf-8";
  private static final String VISITORS = "/api/visitors/";

  /** A file of the page. */
  private record Asset(String resource, String type) {}

  private static final Map<String, Asset> ASSETS =
      Map.of(
          "/", new Asset("index.html", "text/html; charset=utf-8"),
          "/style.css", new Asset("style.css", "text/css; charset=utf-8"),
          "/app.js", new Asset("app.js", "text/javascript; charset=utf-8"),
          "/peer.js", new Asset("peer.js", "text/javascript; charset=utf-8"),
          "/plot.js", new Asset("plot.js", "text/javascript; charset=utf-8"),
          "/icon.svg", new Asset("icon.svg", "image/svg+xml"));

  private final Visitors visitors;
  private final byte[] about;
  private final Guard guard;
  private final HttpServer server;
  private final ExecutorService threads;

  static {
    // Seconds that a request may take to arrive; read when the server's classes are loaded.
    System.setProperty("sun.net.httpserver.maxReqTime", "15");
    System.setProperty("sun.net.httpserver.maxRspTime", "60");
  }

  /**
   * Starts serving.
   *
   * @param address where; port 0 for any free one
   * @param visitors who answers; not closed here
   * @param about what {@code GET /api/about} gives, as JSON
   * @throws IOException when the address cannot be had
   */
  public PageServer(InetSocketAddress address, Visitors visitors, String about) throws IOException {
    this.visitors = visitors;
    this.about = about.getBytes(StandardCharsets.UTF_8);
    guard = new Guard(address.getAddress().isLoopbackAddress());
    server = HttpServer.create(address, 64);
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "page-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      route(exchange);
    } catch (RuntimeException ours) {
      LOG.warn("a request failed", ours);
      fail(exchange, 500, "something went wrong here");
    } finally {
      exchange.close();
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String method = exchange.getRequestMethod();
    if (!guard.admits(exchange.getRequestHeaders())) {
      fail(exchange, 403, "only the page itself may ask");
    } else if (path.equals("/api/offer")) {
      if (allows(exchange, method, "POST")) {
        offer(exchange);
      }
    } else if (path.equals("/api/about")) {
      if (allows(exchange, method, "GET")) {
        send(exchange, 200, JSON_TYPE, about);
      }
    } else if (path.startsWith(VISITORS)) {
      if (allows(exchange, method, "DELETE")) {
        boolean was = visitors.dismiss(path.substring(VISITORS.length()));
        if (was) {
          send(exchange, 204, null, new byte[0]);
        } else {
          fail(exchange, 404, "no such visitor");
        }
      }
    } else if (ASSETS.containsKey(path)) {
      if (method.equals("HEAD") || allows(exchange, method, "GET")) {
        Asset asset = ASSETS.get(path);
        send(exchange, 200, asset.type(), load(asset));
      }
    } else {
      fail(exchange, 404, "there is nothing here");
    }
  }

  private static boolean allows(HttpExchange exchange, String method, String only)
      throws IOException {
    if (method.equals(only)) {
      return true;
    }
    exchange.getResponseHeaders().set("Allow", only.equals("GET") ? "GET, HEAD" : only);
    fail(exchange, 405, "use " + only);
    return false;
  }

  private void offer(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      fail(exchange, 415, "the offer must be application/json");
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      exchange.getResponseHeaders().set("Connection", "close"); // the rest is not read
      fail(exchange, 413, "the offer may have up to " + MAX_BODY_BYTES + " bytes");
      return;
    }
    JsonNode offer;
    try {
      offer = Control.JSON.readTree(body);
    } catch (JsonProcessingException malformed) {
      fail(exchange, 400, "the offer is not JSON");
      return;
    }
    if (!offer.path("type").asText().equals("offer") || !offer.path("sdp").isTextual()) {
      fail(exchange, 400, "the offer needs \"type\":\"offer\" and \"sdp\"");
      return;
    }
    answer(exchange, SessionDescription.offer(offer.get("sdp").textValue()));
  }

  private void answer(HttpExchange exchange, SessionDescription offer) throws IOException {
    try {
      Visitors.Admission admission = visitors.admit(offer).get(ANSWER_SECONDS, TimeUnit.SECONDS);
      String json =
          Control.JSON
              .createObjectNode()
              .put("type", "answer")
              .put("sdp", admission.description().sdp())
              .put("id", admission.id())
              .toString();
      send(exchange, 200, JSON_TYPE, json.getBytes(StandardCharsets.UTF_8));
    } catch (ExecutionException failed) {
      Throwable why = Failures.unwrap(failed);
      LOG.debug("an offer was not answered", why);
      if (why instanceof Visitors.FullException) {
        fail(exchange, 503, Failures.message(why));
      } else if (why instanceof IllegalArgumentException) {
        fail(exchange, 400, Failures.message(why));
      } else {
        fail(exchange, 500, Failures.message(why));
      }
    } catch (TimeoutException slow) {
      fail(exchange, 504, "no answer within " + ANSWER_SECONDS + " seconds");
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      fail(exchange, 503, "closing");
    }
  }

  private static byte[] load(Asset asset) throws IOException {
    try (InputStream in = PageServer.class.getResourceAsStream("/demo/" + asset.resource())) {
      if (in == null) {
        throw new IllegalStateException("the page's " + asset.resource() + " was not packaged");
      }
      return in.readAllBytes();
    }
  }

  private static void fail(HttpExchange exchange, int status, String why) throws IOException {
    String json = Control.JSON.createObjectNode().put("error", why).toString();
    send(exchange, status, JSON_TYPE, json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    if (type != null) {
      headers.set("Content-Type", type);
    }
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    // Isolated from other origins, the page gets a clock of microseconds for its round trips.
    headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    boolean bodiless = status == 204 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
    if (!bodiless) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
