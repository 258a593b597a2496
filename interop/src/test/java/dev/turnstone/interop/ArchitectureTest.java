package dev.turnstone.interop;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the arrows of ARCHITECTURE.md: which package may name which. A rule whose subject does not
 * exist fails, as ArchUnit does by default, so a renamed package cannot slip out of its rule.
 */
class ArchitectureTest {
  private static final String OURS = "dev.turnstone..";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.turnstone");

  /** Each module, and the modules that it may know. */
  static Stream<Arguments> modules() {
    return Stream.of(
        Arguments.of("sdp", List.of()),
        Arguments.of("stun", List.of()),
        Arguments.of("ice", List.of("stun")),
        Arguments.of("turn", List.of("stun")),
        Arguments.of("dtls", List.of()),
        Arguments.of("sctp", List.of()),
        Arguments.of("datachannel", List.of("sctp")),
        Arguments.of(
            "peerconnection", List.of("sdp", "stun", "ice", "dtls", "sctp", "datachannel")),
        Arguments.of("testkit", List.of()),
        Arguments.of(
            "cli",
            List.of(
                "sdp", "stun", "ice", "dtls", "sctp", "datachannel", "peerconnection", "testkit")));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleKnowsOnlyTheModulesBelowIt(String module, List<String> below) {
    String[] known =
        Stream.concat(Stream.of(module), below.stream())
            .map(name -> "dev.turnstone." + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.turnstone." + module + "..")
        .should()
        .dependOnClassesThat(resideInAPackage(OURS).and(not(resideInAnyPackage(known))))
        .check(CLASSES);
  }

  /** Each room of {@code sctp}, and the rooms that it may know; "" is the root package. */
  static Stream<Arguments> rooms() {
    return Stream.of(
        Arguments.of("", List.of()),
        Arguments.of(".chunk", List.of()),
        Arguments.of(".timer", List.of()),
        Arguments.of(".congestion", List.of()),
        Arguments.of(".receive", List.of("", ".chunk")),
        Arguments.of(".send", List.of("", ".chunk", ".congestion", ".timer")),
        Arguments.of(
            ".association", List.of("", ".chunk", ".congestion", ".timer", ".receive", ".send")));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomOfSctpKnowsOnlyItsNeighbours(String room, List<String> neighbours) {
    String[] known =
        Stream.concat(Stream.of(room), neighbours.stream())
            .map(name -> "dev.turnstone.sctp" + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.turnstone.sctp" + room)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.turnstone.sctp..").and(not(resideInAnyPackage(known))))
        .check(CLASSES);
  }

  /** The rules of records stand alone: who agreed on the keys is not their business. */
  @Test
  void theRecordLayerOfDtlsKnowsNothingButTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("dev.turnstone.dtls.record")
        .should()
        .dependOnClassesThat(
            not(resideInAnyPackage("dev.turnstone.dtls.record", "java..", "javax..")))
        .check(CLASSES);
  }

  /** Third parties, and the only packages that may name them. */
  static Stream<Arguments> fences() {
    return Stream.of(
        Arguments.of("org.bouncycastle..", "dev.turnstone.dtls.bouncycastle.."),
        Arguments.of("org.ice4j..", "dev.turnstone.ice.ice4j.."),
        Arguments.of("org.jitsi..", "dev.turnstone.ice.ice4j.."),
        Arguments.of("io.netty..", "dev.turnstone.peerconnection.net.."),
        Arguments.of("com.fasterxml.jackson..", "dev.turnstone.cli.."),
        Arguments.of("picocli..", "dev.turnstone.cli.."));
  }

  @ParameterizedTest
  @MethodSource("fences")
  void aThirdPartyIsNamedOnlyBehindItsFence(String theirs, String fence) {
    noClasses()
        .that()
        .resideOutsideOfPackage(fence)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(theirs)
        .check(CLASSES);
  }

  /** Modules that know nothing but the JDK and ours. */
  @ParameterizedTest
  @MethodSource("pureModules")
  void aPureModuleKnowsNoThirdParty(String module) {
    noClasses()
        .that()
        .resideInAPackage("dev.turnstone." + module + "..")
        .should()
        .dependOnClassesThat(not(resideInAnyPackage(OURS, "java..", "javax..")))
        .check(CLASSES);
  }

  static Stream<String> pureModules() {
    return Stream.of("sdp", "stun", "turn", "sctp", "datachannel", "testkit");
  }

  @Test
  void noPackagesFormACycle() {
    slices().matching("dev.turnstone.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
