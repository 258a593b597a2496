package dev.turnstone.cli.stdio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  private static LineReader reading(String text, int max) {
    return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), max);
  }

  @Test
  void linesComeOneByOneAndTheLastNeedsNoEnd() throws Exception {
    LineReader lines = reading("a\n\nbä", 10);
    assertEquals("a", lines.next());
    assertEquals("", lines.next());
    assertEquals("bä", lines.next());
    assertNull(lines.next());
  }

  @Test
  void aLineOfExactlyTheBoundPassesAndOneMoreDoesNot() throws Exception {
    LineReader lines = reading("12345\n123456\nok\n", 5);
    assertEquals("12345", lines.next());
    assertThrows(LineReader.TooLong.class, lines::next);
    assertEquals("ok", lines.next());
    assertNull(lines.next());
  }
}
