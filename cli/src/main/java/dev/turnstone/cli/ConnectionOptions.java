package dev.turnstone.cli;

import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how a peer reaches the network. */
final class ConnectionOptions {
  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      converter = LocalAddress.class,
      description = "Local address to use; repeatable. Default: all but loopback.")
  private List<InetAddress> bind = new ArrayList<>();

  @Mixin private IceServerOptions servers = new IceServerOptions();

  @Option(
      names = "--ice-engine",
      paramLabel = "NAME",
      defaultValue = "turnstone",
      description = "ICE engine: turnstone or ice4j. Default: ${DEFAULT-VALUE}.")
  private String iceEngine = "turnstone";

  @Option(
      names = "--mdns",
      description = "Tell names under .local in the place of addresses, as browsers do.")
  private boolean mdns;

  @Option(names = "--ice-tcp", description = "Use TCP candidates too, where UDP does not work.")
  private boolean iceTcp;

  PeerConnectionConfiguration.Builder configuration(Executor callbacks) {
    return servers
        .addTo(PeerConnectionConfiguration.builder())
        .bindAddresses(bind)
        .iceEngine(iceEngine)
        .mdnsCandidates(mdns)
        .iceTcp(iceTcp)
        .callbackExecutor(callbacks);
  }

  /** An address of this machine, written as numbers: no name is looked up. */
  static final class LocalAddress implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String value) throws SocketException {
      InetAddress address;
      try {
        boolean numbers = value.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?");
        address = numbers ? InetAddress.getByName(value) : null;
      } catch (UnknownHostException notAnAddress) {
        address = null;
      }
      if (address == null) {
        throw new TypeConversionException("'" + value + "' is not an IP address");
      }
      if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
        throw new TypeConversionException("no interface of this machine has address " + value);
      }
      return address;
    }
  }
}
