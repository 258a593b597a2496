package dev.turnstone.benchmarks.paths;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a Markdown file between two comments, which a program writes. */
public final class MarkedSection {
  private MarkedSection() {}

  /** Replaces the section of that name, or appends it where there is none. */
  public static void write(Path file, String name, String content) throws IOException {
    Files.writeString(file, replaced(Files.readString(file), name, content));
  }

  static String replaced(String text, String name, String content) {
    String begin = "<!-- begin " + name + " -->\n";
    String end = "<!-- end " + name + " -->\n";
    int from = text.indexOf(begin);
    int to = text.indexOf(end, Math.max(0, from));
    if (from < 0 || to < 0) {
      return text + "\n" + begin + content + end;
    }
    return text.substring(0, from) + begin + content + text.substring(to);
  }
}
