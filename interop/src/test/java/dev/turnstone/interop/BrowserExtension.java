package dev.turnstone.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.turnstone.interop.BrowserKind.Candidates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The browser that a test class names with {@link InBrowser}, started once for all the classes of a
 * run. Pages end with the test.
 */
final class BrowserExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(BrowserExtension.class);
  private static final String PAGE = "http://localhost/";

  private final List<BrowserContext> contexts = new ArrayList<>();
  private BrowserKind kind;
  private RunningBrowsers running;

  @Override
  public void beforeAll(ExtensionContext context) {
    InBrowser named = context.getRequiredTestClass().getAnnotation(InBrowser.class);
    kind = named.value();
    List<String> flags = List.of(named.flags());
    running =
        kind.executable()
            .map(
                executable ->
                    context
                        .getRoot()
                        .getStore(NAMESPACE)
                        .getOrComputeIfAbsent(
                            List.of(kind, flags),
                            key -> new RunningBrowsers(kind, executable, flags),
                            RunningBrowsers.class))
            .orElse(null);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    assumeTrue(running != null, kind::missing);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
  }

  BrowserKind kind() {
    return kind;
  }

  /** The browser's name and version, as the table's head says it. */
  String title() {
    return running == null
        ? kind.title()
        : kind.title() + " " + running.get(Candidates.PLAIN).version().split("\\.")[0];
  }

  /** A connection in a page of its own. */
  BrowserPeer peer(Candidates candidates) {
    return new BrowserPeer(page(candidates), "peer");
  }

  /** An empty page, in a secure context, with the test's script in it. */
  Page page(Candidates candidates) {
    BrowserContext context = running.get(candidates).newContext();
    contexts.add(context);
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
