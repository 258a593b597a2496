package dev.turnstone.interop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Playwright;
import dev.turnstone.interop.BrowserKind.Candidates;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The browsers of one kind for a whole run, each started when it is first asked for. All of it
 * belongs to the thread that runs the tests: Playwright's objects do.
 */
final class RunningBrowsers implements AutoCloseable {
  private final BrowserKind kind;
  private final Path executable;
  private final List<String> flags;
  private final Playwright playwright;
  private final Map<Candidates, Browser> browsers = new EnumMap<>(Candidates.class);

  RunningBrowsers(BrowserKind kind, Path executable, List<String> flags) {
    this.kind = kind;
    this.executable = executable;
    this.flags = flags;
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  }

  /** The browser that gathers such candidates; another one if the last has died. */
  Browser get(Candidates candidates) {
    return browsers.compute(
        candidates,
        (key, old) ->
            old != null && old.isConnected()
                ? old
                : kind.launch(playwright, executable, key, flags));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
