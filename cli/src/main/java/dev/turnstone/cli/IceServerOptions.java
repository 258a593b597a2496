package dev.turnstone.cli;

import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceServerException;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which STUN and TURN servers help a peer. */
final class IceServerOptions {
  /** Where the credential stands when no option says it: other users see a command's words. */
  private static final String VARIABLE = "TURNSTONE_ICE_CREDENTIAL";

  @Option(
      names = "--ice-server",
      paramLabel = "URL",
      converter = Url.class,
      description =
          "STUN or TURN server, as in stun:stun.example.org, turn:turn.example.org?transport=tcp"
              + " or turns:turn.example.org; repeatable.")
  private List<String> urls = new ArrayList<>();

  @Option(
      names = "--ice-username",
      paramLabel = "NAME",
      description = "User name for the TURN servers.")
  private String username;

  @Option(
      names = "--ice-credential",
      paramLabel = "WORD",
      description =
          "Password for the TURN servers. Other users of this machine can see it: better"
              + " --ice-credential-file, or the variable TURNSTONE_ICE_CREDENTIAL.")
  private String credential;

  @Option(
      names = "--ice-credential-file",
      paramLabel = "FILE",
      description = "File whose first line is the password for the TURN servers.")
  private Path credentialFile;

  @Option(
      names = "--ice-transport-policy",
      paramLabel = "NAME",
      description = "all, or relay: through TURN servers alone. Default: all.",
      converter = Policy.class)
  private IceTransportPolicy policy = IceTransportPolicy.ALL;

  /** Adds them to a configuration. */
  PeerConnectionConfiguration.Builder addTo(PeerConnectionConfiguration.Builder builder) {
    builder.iceTransportPolicy(policy);
    Optional<IceServer.Credentials> credentials =
        username == null
            ? Optional.empty()
            : secret().map(word -> new IceServer.Credentials(username, word));
    for (String url : urls) {
      builder.addIceServer(IceServer.parse(url, credentials));
    }
    return builder;
  }

  private Optional<String> secret() {
    if (credential != null) {
      return Optional.of(credential);
    }
    if (credentialFile == null) {
      return Optional.ofNullable(System.getenv(VARIABLE));
    }
    try {
      return Files.readString(credentialFile).lines().findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + credentialFile, e);
    }
  }

  /** A URI of RFC 7064 or RFC 7065. */
  static final class Url implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        IceServer.parse(value, Optional.of(new IceServer.Credentials("", "")));
        return value;
      } catch (IceServerException e) {
        throw new TypeConversionException("'" + value + "': " + e.getMessage());
      }
    }
  }

  /** A policy as the W3C writes it. */
  static final class Policy implements ITypeConverter<IceTransportPolicy> {
    @Override
    public IceTransportPolicy convert(String value) {
      return switch (value) {
        case "all" -> IceTransportPolicy.ALL;
        case "relay" -> IceTransportPolicy.RELAY;
        default -> throw new TypeConversionException("'" + value + "' is neither all nor relay");
      };
    }
  }
}
