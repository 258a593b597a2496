package dev.turnstone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code turnstone demo}. */
@Command(name = "demo", header = "See it work.", mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
