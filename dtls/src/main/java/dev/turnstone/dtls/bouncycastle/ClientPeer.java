package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;

/** How BouncyCastle behaves as a WebRTC client. */
@SuppressWarnings({"rawtypes", "unchecked"})
class ClientPeer extends DefaultTlsClient {
  private final HandshakeTerms terms;

  ClientPeer(HandshakeTerms terms) {
    super(terms.crypto());
    this.terms = terms;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.DTLSv12.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return CipherSuites.all();
  }

  @Override
  protected Vector getSupportedGroups(Vector roles) {
    return new Vector<>(List.of(NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1));
  }

  @Override
  protected Vector getSupportedSignatureAlgorithms() {
    return HandshakeTerms.signatures();
  }

  @Override
  protected CertificateStatusRequest getCertificateStatusRequest() {
    return null;
  }

  @Override
  public Hashtable getClientExtensions() throws IOException {
    Hashtable extensions = super.getClientExtensions();
    terms.srtp().offer(extensions);
    return extensions;
  }

  @Override
  public void processServerExtensions(Hashtable extensions) throws IOException {
    super.processServerExtensions(extensions);
    terms.agreeOnSrtp(terms.srtp().accept(extensions));
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
        terms.authenticate(server.getCertificate());
      }

      @Override
      public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
        return terms.credentials(context, request.getSupportedSignatureAlgorithms());
      }
    };
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
