package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;

/** AES-GCM from the JDK's preferred provider, one direction, in the shape BouncyCastle asks for. */
final class JdkGcm implements TlsAEADCipherImpl {
  private final int mode;
  private final Cipher cipher;
  private SecretKey key;
  private int tagBytes;

  private JdkGcm(int mode) {
    this.mode = mode;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  static JdkGcm sealing() {
    return new JdkGcm(Cipher.ENCRYPT_MODE);
  }

  static JdkGcm opening() {
    return new JdkGcm(Cipher.DECRYPT_MODE);
  }

  @Override
  public void setKey(byte[] bytes, int offset, int length) {
    key = new SecretKeySpec(bytes, offset, length, "AES");
  }

  @Override
  public void init(byte[] nonce, int tagBytes) {
    this.tagBytes = tagBytes;
    try {
      cipher.init(mode, key, new GCMParameterSpec(tagBytes * 8, nonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int getOutputSize(int inputLength) {
    return mode == Cipher.ENCRYPT_MODE
        ? inputLength + tagBytes
        : Math.max(0, inputLength - tagBytes);
  }

  @Override
  public int doFinal(
      byte[] additionalData,
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset)
      throws IOException {
    cipher.updateAAD(additionalData);
    try {
      return cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
    } catch (GeneralSecurityException e) {
      // BouncyCastle takes a RuntimeException here for a record that is not authentic.
      throw new IllegalStateException(e);
    }
  }
}
