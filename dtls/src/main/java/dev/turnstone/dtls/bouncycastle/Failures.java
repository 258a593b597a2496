package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsException.Reason;
import dev.turnstone.dtls.record.KeysExhaustedException;
import java.io.EOFException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;

/** Says in our words why BouncyCastle gave up. */
final class Failures {
  private Failures() {}

  static DtlsException describe(Throwable thrown) {
    if (thrown.getCause() instanceof DtlsException ours) {
      return ours;
    }
    if (thrown instanceof KeysExhaustedException) {
      return new DtlsException(Reason.KEYS_EXHAUSTED, thrown.getMessage(), thrown);
    }
    if (thrown instanceof TlsFatalAlertReceived received) {
      return new DtlsException(
          Reason.ALERT_RECEIVED,
          "the peer sent the alert " + AlertDescription.getName(received.getAlertDescription()),
          thrown);
    }
    if (thrown instanceof TlsTimeoutException) {
      return new DtlsException(
          Reason.HANDSHAKE_TIMEOUT, "the handshake did not complete in time", thrown);
    }
    if (thrown instanceof TlsFatalAlert sent
        && sent.getAlertDescription() != AlertDescription.internal_error) {
      return new DtlsException(
          Reason.HANDSHAKE_FAILURE,
          "the handshake failed with the alert "
              + AlertDescription.getName(sent.getAlertDescription())
              + ": "
              + sent.getMessage(),
          thrown);
    }
    if (thrown instanceof EOFException) {
      return new DtlsException(
          Reason.HANDSHAKE_FAILURE, "the peer sent a truncated handshake message", thrown);
    }
    return new DtlsException(Reason.INTERNAL_ERROR, String.valueOf(thrown.getMessage()), thrown);
  }

  /**
   * Whether the peer sent close_notify: of level fatal, or in the handshake, which BouncyCastle
   * then breaks off with a user_canceled of its own.
   */
  static boolean isCloseNotify(Throwable thrown) {
    if (thrown instanceof TlsFatalAlertReceived received) {
      return received.getAlertDescription() == AlertDescription.close_notify;
    }
    return thrown instanceof TlsFatalAlert sent
        && sent.getAlertDescription() == AlertDescription.user_canceled;
  }
}
