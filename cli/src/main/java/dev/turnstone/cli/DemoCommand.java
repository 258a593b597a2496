package dev.turnstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.demo.PageServer;
import dev.turnstone.cli.demo.Rehearsal;
import dev.turnstone.cli.demo.Visitors;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.cli.link.Threads;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code turnstone demo}. */
@Command(
    name = "demo",
    header = "See it work: two peers in this JVM, then this JVM and your browser.",
    mixinStandardHelpOptions = true,
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  turnstone demo                    then open the address that it prints",
      "  turnstone demo --check            the part inside the JVM only, and exit",
      "  turnstone demo --host 0.0.0.0     let a phone on the same network in"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 8080;
  private static final int MAX_VISITORS = 16;
  private static final double SECONDS = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the page. Default: 8080, or a free one where that is taken.")
  private Integer port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      converter = PageAddress.class,
      defaultValue = "127.0.0.1",
      description =
          "Address of the page; any other than the default lets other machines in. Default:"
              + " ${DEFAULT-VALUE}.")
  private InetAddress host;

  @Option(names = "--open", description = "Open the page in the browser.")
  private boolean open;

  @Option(names = "--check", description = "Only connect two peers in this JVM, then exit.")
  private boolean check;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() throws Exception {
    if (port != null && (port < 0 || port > 65535)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--port must be 0 to 65535, is " + port);
    }
    PrintWriter out = spec.commandLine().getOut();
    ExecutorService callbacks = Threads.callbacks("callbacks");
    try (Peers peers = Peers.overUdp()) {
      out.println("Two peers in this JVM, over UDP on " + loopback() + " ...");
      out.flush();
      Rehearsal rehearsal = Rehearsal.run(peers, inside(), SECONDS);
      rehearsal.print(out);
      if (!check) {
        serve(peers, callbacks, rehearsal, out);
      }
    }
    return 0;
  }

  private static String loopback() {
    return InetAddress.getLoopbackAddress().getHostAddress();
  }

  private static PeerConnectionConfiguration inside() {
    return PeerConnectionConfiguration.builder()
        .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
        .loopbackCandidates(true)
        .build();
  }

  private void serve(Peers peers, ExecutorService callbacks, Rehearsal rehearsal, PrintWriter out)
      throws IOException, InterruptedException {
    PeerConnectionConfiguration configuration =
        connection.configuration(callbacks).loopbackCandidates(true).build();
    Visitors visitors = new Visitors(peers, configuration, MAX_VISITORS);
    PageServer server = listen(visitors, about(rehearsal));
    // Ctrl-C: the pages are told at once, they need not find out.
    Thread farewell =
        new Thread(
            () -> {
              visitors.close();
              server.close();
              peers.close();
            },
            "farewell");
    Runtime.getRuntime().addShutdownHook(farewell);
    String address = "http://" + shown() + ":" + server.port() + "/";
    out.println();
    out.println("Now this JVM and your browser: " + address);
    out.println("Ctrl-C ends it.");
    out.flush();
    if (open) {
      openBrowser(address);
    }
    new CountDownLatch(1).await();
  }

  private PageServer listen(Visitors visitors, String about) throws IOException {
    int wanted = port == null ? DEFAULT_PORT : port;
    try {
      return new PageServer(new InetSocketAddress(host, wanted), visitors, about);
    } catch (BindException taken) {
      if (port == null) {
        return new PageServer(new InetSocketAddress(host, 0), visitors, about);
      }
      throw new IOException(
          "cannot listen on " + host.getHostAddress() + ":" + wanted + ": " + taken.getMessage(),
          taken);
    }
  }

  private String shown() {
    String address = host.isAnyLocalAddress() ? loopback() : host.getHostAddress();
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private static String about(Rehearsal rehearsal) throws JsonProcessingException {
    JsonMapper json = new JsonMapper();
    return json.writeValueAsString(
        json.createObjectNode()
            .put("version", Turnstone.version())
            .put("java", System.getProperty("java.version"))
            .put("vm", System.getProperty("java.vm.name"))
            .put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
            .putPOJO("inside", rehearsal));
  }

  private static void openBrowser(String address) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    List<String> command =
        os.contains("win")
            ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
            : List.of(os.contains("mac") ? "open" : "xdg-open", address);
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException none) {
      // The address is on the screen.
    }
  }

  /** Where the page listens: an address of this machine, or all of them. */
  static final class PageAddress implements CommandLine.ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String value) throws Exception {
      if (value.equals("0.0.0.0") || value.equals("::")) {
        return InetAddress.getByName(value);
      }
      return new ConnectionOptions.LocalAddress().convert(value);
    }
  }
}
