package dev.turnstone.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One browser for a test class, on the thread that runs it: Playwright's objects belong to one
 * thread. Pages end with the test.
 */
final class BrowserExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /** Which host candidates a page's connections gather. */
  enum Candidates {
    /** Addresses in the clear, loopback included: the page has the camera's permission. */
    PLAIN,
    /** One name under {@code .local} for the default route's interface: no permission. */
    MDNS
  }

  private static final String PAGE = "http://localhost/";

  private final BrowserKind kind;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private Playwright playwright;
  private Browser browser;

  BrowserExtension(BrowserKind kind) {
    this.kind = kind;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    kind.executable()
        .ifPresent(
            executable -> {
              playwright =
                  Playwright.create(
                      new Playwright.CreateOptions()
                          .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
              browser = kind.launch(playwright, executable);
            });
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    assumeTrue(browser != null, kind::missing);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (playwright != null) {
      playwright.close();
    }
  }

  /** The browser's name and version, as the table's head says it. */
  String title() {
    return kind.title() + (browser == null ? "" : " " + browser.version().split("\\.")[0]);
  }

  /** The version of a browser that is there, without a test around it. */
  Optional<Browser> browser() {
    return Optional.ofNullable(browser);
  }

  /** A connection in a page of its own. */
  BrowserPeer peer(Candidates candidates) {
    return new BrowserPeer(page(candidates), "peer");
  }

  /** An empty page, in a secure context, with the test's script in it. */
  Page page(Candidates candidates) {
    BrowserContext context = browser.newContext();
    contexts.add(context);
    if (candidates == Candidates.PLAIN && kind == BrowserKind.CHROMIUM) {
      context.grantPermissions(List.of("camera", "microphone"));
    }
    Page page = context.newPage();
    page.route(
        PAGE + "**",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/html")
                    .setBody("<!doctype html><title>Turnstone</title>")));
    page.navigate(PAGE);
    page.evaluate(script());
    return page;
  }

  private static String script() {
    try (InputStream in = BrowserExtension.class.getResourceAsStream("peer.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the page's script cannot be read", e);
    }
  }
}
