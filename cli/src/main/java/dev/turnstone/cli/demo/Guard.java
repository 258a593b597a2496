package dev.turnstone.cli.demo;

import com.sun.net.httpserver.Headers;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Lets in only requests of the page itself. A page of another site that names this server is told
 * apart by its Origin; a name of another site that resolves to this machine (DNS rebinding) by the
 * Host.
 */
final class Guard {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{1,5})?");

  /** An address instead of a name cannot be rebound. */
  private static final Pattern ADDRESS =
      Pattern.compile("(localhost|[0-9.]{7,15}|\\[[0-9a-f:.]{2,45}])(:\\d{1,5})?");

  private final Pattern hosts;

  /** A guard of a server that is bound to loopback, or to an address that others reach too. */
  Guard(boolean loopbackOnly) {
    hosts = loopbackOnly ? LOOPBACK : ADDRESS;
  }

  boolean admits(Headers headers) {
    String host = headers.getFirst("Host");
    if (host == null || !hosts.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      return false;
    }
    String origin = headers.getFirst("Origin");
    if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
      return false;
    }
    // "none" is the address bar; "cross-site" a link from elsewhere, which may open the page only.
    String site = headers.getFirst("Sec-Fetch-Site");
    return site == null
        || site.equals("same-origin")
        || site.equals("none")
        || "navigate".equals(headers.getFirst("Sec-Fetch-Mode"));
  }
}
