package dev.turnstone.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.nat.NatProbe;
import dev.turnstone.cli.nat.NatSummary;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceServerException;
import dev.turnstone.ice.discovery.NatReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code turnstone nat}. */
@Command(
    name = "nat",
    header = "What NAT is between here and a STUN server, and whom you can connect to directly.",
    description = {
      "",
      "Asks as RFC 5780 says. A server that has only one address tells whether there is a",
      "NAT, but not which kind. Silence takes four seconds to hear."
    },
    mixinStandardHelpOptions = true,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the server has answered, whatever it told",
      "1:there is no way to the server, or no answer: UDP may be blocked",
      "2:the command line is not understood"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  turnstone nat --server stun:stun.example.org",
      "  turnstone nat --server stun:192.0.2.1:3478 --json"
    })
final class NatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--server",
      required = true,
      paramLabel = "URI",
      converter = StunUri.class,
      description = "The STUN server to ask: stun:HOST or stun:HOST:PORT. Required.")
  private IceServer server;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      converter = ConnectionOptions.LocalAddress.class,
      description = "Local address to ask from. Default: the one that leads to the server.")
  private InetAddress bind;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    NatReport report = ask();
    if (report.mapped().isEmpty()) {
      throw new IOException(
          "no answer from "
              + server.uri()
              + ": UDP is blocked on the way, or no STUN server is there");
    }
    NatSummary summary = NatSummary.of(server.uri(), report);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new JsonMapper().writeValueAsString(summary));
    } else {
      out.println("Between here and " + summary.server());
      summary.rows().forEach(row -> out.println("  " + row));
      out.println();
      out.println(summary.meaning());
      if (Boolean.FALSE.equals(summary.hairpinning())) {
        out.println("Peers behind this same NAT reach each other by their local addresses only.");
      }
    }
    out.flush();
    return 0;
  }

  /** Asks at the first address of the server that there is a way to. */
  private NatReport ask() throws IOException {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(server.host());
    } catch (UnknownHostException e) {
      throw new IOException("no address is known for " + server.host(), e);
    }
    for (InetAddress address : found) {
      InetSocketAddress remote = new InetSocketAddress(address, server.port());
      Optional<InetAddress> from =
          bind == null
              ? NatProbe.localAddressTowards(remote)
              : Optional.of(bind).filter(local -> local.getClass() == address.getClass());
      if (from.isPresent()) {
        return NatProbe.ask(remote, from.get());
      }
    }
    throw new IOException(
        "there is no way to "
            + server.host()
            + (bind == null ? "" : " from " + bind.getHostAddress()));
  }

  /** A STUN server over UDP (RFC 7064): TLS and relays tell nothing of NATs. */
  static final class StunUri implements ITypeConverter<IceServer> {
    @Override
    public IceServer convert(String value) {
      try {
        IceServer server = IceServer.parse(value);
        if (server.scheme() == IceServer.Scheme.STUN) {
          return server;
        }
      } catch (IceServerException e) {
        throw new TypeConversionException("'" + value + "': " + e.getMessage());
      }
      throw new TypeConversionException(
          "'" + value + "' is not of the form stun:HOST or stun:HOST:PORT");
    }
  }
}
