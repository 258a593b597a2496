package dev.turnstone.cli;

import dev.turnstone.cli.link.Failures;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code turnstone} command. */
@Command(
    name = "turnstone",
    header = "WebRTC for the JVM, in Java alone.",
    versionProvider = Turnstone.Version.class,
    mixinStandardHelpOptions = true,
    subcommands = {DemoCommand.class, PeerCommand.class, NatCommand.class, BenchCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  turnstone demo                        see it work, here and in your browser",
      "  turnstone peer --stdio                a peer for scripts: JSON lines in and out",
      "  turnstone nat --server stun:HOST      whom can I connect to directly?",
      "  turnstone bench throughput --json     measure it",
      "",
      "turnstone COMMAND --help says more about one of them."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:something failed; standard error says what",
      "2:the command line is not understood"
    })
public final class Turnstone implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what happens to standard error; show stack traces.")
  private boolean verbose;

  /** Made by {@link #main}. */
  Turnstone() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    if (System.getProperty("io.netty.jfr.enabled") == null) {
      // Netty's flight recorder events would be a tenth of a second of the first connection.
      System.setProperty("io.netty.jfr.enabled", "false");
    }
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    Turnstone turnstone = new Turnstone();
    CommandLine line = new CommandLine(turnstone);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionStrategy(
        parsed -> {
          Logs.configure(turnstone.verbose);
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          PrintWriter err = command.getErr();
          Throwable inner = Failures.unwrap(failure);
          err.println(command.getColorScheme().errorText("turnstone: " + Failures.message(inner)));
          if (turnstone.verbose) {
            inner.printStackTrace(err);
          }
          err.flush();
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing command: one of " + spec.subcommands().keySet());
  }

  /** The project's version, as far as the jar tells it. */
  static String version() {
    String version = Turnstone.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "turnstone " + version(), "Java ${java.version} (${java.vendor}), ${os.name} ${os.arch}"
      };
    }
  }
}
