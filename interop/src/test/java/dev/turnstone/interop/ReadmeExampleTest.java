package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java that README shows compiles and does what README says. */
class ReadmeExampleTest {

  @Test
  void theExampleConnectsTwoPeers(@TempDir Path folder) throws Exception {
    String readme = Files.readString(Path.of(System.getProperty("turnstone.root"), "README.md"));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertTrue(block.find(), "README has a java block");
    Path source = Files.writeString(folder.resolve("TwoPeers.java"), block.group(1));
    Path output = folder.resolve("output");
    // The launcher's source mode compiles and runs: what a reader who copies the text would do.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the example does not end");
    String printed = Files.readString(output);
    assertEquals(0, process.exitValue(), printed);
    assertTrue(printed.contains("You said: hello"), printed);
  }
}
