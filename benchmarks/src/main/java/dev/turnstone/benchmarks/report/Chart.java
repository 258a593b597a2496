package dev.turnstone.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * Two rows of bars beside each other, as SVG: readable on a bright page and on a dark one, and
 * without any font of its own.
 */
final class Chart {
  private static final int WIDTH = 860;
  private static final int NAMES = 190;
  private static final int PANEL = 320;
  private static final int BAR = 22;
  private static final int STEP = 34;
  private static final int TOP = 64;
  private static final int VALUE = 70;

  private Chart() {}

  /**
   * A contender's bar in each panel.
   *
   * @param name beside the bars
   * @param ours drawn in the project's colour
   * @param first what the first panel shows
   * @param second what the second panel shows
   */
  record Bar(String name, boolean ours, double first, double second) {}

  static String svg(String title, String first, String second, List<Bar> bars) {
    int height = TOP + STEP * bars.size() + 12;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">
            <style>
            text { font: 14px sans-serif; fill: #24292f }
            .title { font-size: 16px; font-weight: bold }
            .unit { fill: #57606a }
            .ours { fill: #b4472f }
            .other { fill: #8c959f }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 }
            .unit { fill: #9ea7b3 }
            .ours { fill: #e07a5f }
            .other { fill: #6e7681 }
            }
            </style>
            """,
            WIDTH,
            height,
            escaped(title)));
    text(svg, "title", 8, 22, title);
    int left = NAMES;
    int right = NAMES + PANEL + 20;
    text(svg, "unit", left, 48, first);
    text(svg, "unit", right, 48, second);
    double mostFirst = bars.stream().mapToDouble(Bar::first).max().orElse(1);
    double mostSecond = bars.stream().mapToDouble(Bar::second).max().orElse(1);
    int y = TOP;
    for (Bar bar : bars) {
      text(svg, bar.ours() ? "name" : "name unit", 8, y + 16, bar.name());
      bar(svg, bar.ours(), left, y, bar.first(), mostFirst);
      bar(svg, bar.ours(), right, y, bar.second(), mostSecond);
      y += STEP;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(
      StringBuilder svg, boolean ours, int x, int y, double value, double most) {
    long length = most > 0 ? Math.max(1, Math.round((PANEL - VALUE) * value / most)) : 1;
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"/>%n",
            ours ? "ours" : "other",
            x,
            y,
            length,
            BAR));
    text(svg, "value", x + (int) length + 6, y + 16, String.format(Locale.ROOT, "%,.0f", value));
  }

  private static void text(StringBuilder svg, String kind, int x, int y, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n",
            kind,
            x,
            y,
            escaped(words)));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
