package dev.turnstone.sctp.play;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the fuzzer found worth keeping, played again; every defect that it found is among it. */
class CorpusTest {

  @TestFactory
  Stream<DynamicTest> packets() throws IOException {
    return tests("Packet", PacketTarget::fuzzerTestOneInput);
  }

  @TestFactory
  Stream<DynamicTest> associations() throws IOException {
    return tests("Association", AssociationTarget::fuzzerTestOneInput);
  }

  private static Stream<DynamicTest> tests(String folder, Consumer<byte[]> target)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("src", "fuzz", folder))) {
      files = all.sorted().toList();
    }
    assertTrue(files.size() >= 10, () -> "the corpus has only " + files.size() + " files");
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(), () -> target.accept(Files.readAllBytes(file))));
  }
}
