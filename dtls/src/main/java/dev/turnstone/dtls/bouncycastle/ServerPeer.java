package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;

/**
 * How BouncyCastle behaves as a WebRTC server.
 *
 * <p>It sends no HelloVerifyRequest: ICE has validated the client's address already. So the first
 * message is the ClientHello itself, which may come in fragments (a browser's post-quantum key
 * share fills more than a datagram), and the version is chosen when it is whole.
 */
@SuppressWarnings({"rawtypes", "unchecked"})
final class ServerPeer extends DefaultTlsServer {
  private static final List<Integer> GROUPS =
      List.of(NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1);

  private final HandshakeTerms terms;
  private Optional<Integer> srtpProfile = Optional.empty();

  ServerPeer(HandshakeTerms terms) {
    super(terms.crypto());
    this.terms = terms;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return CipherSuites.servedBy(terms.keyKind());
  }

  @Override
  protected boolean preferLocalCipherSuites() {
    return true;
  }

  @Override
  public int[] getSupportedGroups() {
    return GROUPS.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  protected int selectECDH(int minimumCurveBits) {
    int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
    for (int group : GROUPS) {
      if (NamedGroup.getCurveBits(group) >= minimumCurveBits && isOffered(group, offered)) {
        return group;
      }
    }
    return -1;
  }

  /** RFC 8422 section 4: a client that names no group leaves the choice to the server. */
  private static boolean isOffered(int group, int[] offered) {
    if (offered == null) {
      return group == NamedGroup.secp256r1;
    }
    for (int o : offered) {
      if (o == group) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected boolean allowCertificateStatus() {
    return false;
  }

  @Override
  public void processClientExtensions(Hashtable extensions) throws IOException {
    super.processClientExtensions(extensions);
    // Deviation: max_fragment_length (RFC 6066 section 4) is ignored, as a server may. A peer that
    // asked for 512 bytes would make our data records fail.
    maxFragmentLengthOffered = -1;
    srtpProfile = terms.srtp().choose(extensions);
  }

  @Override
  public Hashtable getServerExtensions() throws IOException {
    Hashtable extensions = super.getServerExtensions();
    if (srtpProfile.isPresent()) {
      terms.srtp().answer(extensions, srtpProfile.get());
      terms.agreeOnSrtp(srtpProfile);
    }
    return extensions;
  }

  @Override
  protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
    return credentials();
  }

  @Override
  protected TlsCredentialedSigner getRSASignerCredentials() throws IOException {
    return credentials();
  }

  private TlsCredentialedSigner credentials() throws IOException {
    return terms.credentials(context, context.getSecurityParametersHandshake().getClientSigAlgs());
  }

  /** RFC 8827 section 6.5: both sides show a certificate. */
  @Override
  public CertificateRequest getCertificateRequest() {
    return new CertificateRequest(
        new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
        HandshakeTerms.signatures(),
        null);
  }

  @Override
  public void notifyClientCertificate(Certificate chain) throws IOException {
    terms.authenticate(chain);
  }

  /** The exporter needs it (RFC 7627 section 5.4), and all WebRTC stacks have it. */
  @Override
  public boolean requiresExtendedMasterSecret() {
    return true;
  }

  /** Certificates are self-signed: who signed them, and how, tells nothing. */
  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    return false;
  }

  @Override
  public int getHandshakeTimeoutMillis() {
    return terms.handshakeTimeoutMillis();
  }

  @Override
  public int getHandshakeResendTimeMillis() {
    return terms.retransmitMillis();
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    terms.complete(context);
  }
}
