package dev.turnstone.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a machine asks for the steps that no stack is spared, without any stack: to seal and open a
 * record, and to send a small datagram to another thread and get it back. Figures of two machines
 * cannot be compared without it.
 *
 * <p>{@code java -cp benchmarks.jar dev.turnstone.benchmarks.BareSteps} prints one JSON object.
 */
public final class BareSteps {
  private static final int RECORD_BYTES = 1160;
  private static final int RECORDS = 200_000;
  private static final int PINGS = 20_000;
  private static final int ROUNDS = 5;

  private BareSteps() {}

  /** Measures and prints. */
  public static void main(String[] arguments) throws Exception {
    double[] seal = new double[ROUNDS];
    double[] open = new double[ROUNDS];
    Gcm gcm = new Gcm();
    for (int round = -1; round < ROUNDS; round++) {
      long[] nanos = gcm.measure();
      if (round >= 0) {
        seal[round] = (double) nanos[0] / RECORDS;
        open[round] = (double) nanos[1] / RECORDS;
      }
    }
    double[] pings = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      pings[round] = pingMicros();
    }
    System.out.printf(
        Locale.ROOT,
        "{\"sealNanos\":%.0f,\"openNanos\":%.0f,\"udpRoundTripMicros\":%.1f}%n",
        median(seal),
        median(open),
        median(pings));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** AES-128-GCM of the JDK, where the bytes lie. */
  private static final class Gcm {
    private final SecretKeySpec key = new SecretKeySpec(new byte[16], "AES");
    private final byte[] bytes = new byte[2048];
    private final byte[] header = new byte[13];
    private final byte[] nonce = new byte[12];
    private final Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding");
    private final Cipher opening = Cipher.getInstance("AES/GCM/NoPadding");

    Gcm() throws Exception {}

    /** Nanoseconds for sealing and for opening all records. */
    long[] measure() throws Exception {
      long[] nanos = new long[2];
      for (int i = 0; i < RECORDS; i++) {
        ByteBuffer.wrap(nonce).putLong(4, ByteBuffer.wrap(nonce).getLong(4) + 1);
        GCMParameterSpec parameters = new GCMParameterSpec(128, nonce);
        long begin = System.nanoTime();
        run(sealing, Cipher.ENCRYPT_MODE, parameters, RECORD_BYTES);
        long sealed = System.nanoTime();
        run(opening, Cipher.DECRYPT_MODE, parameters, RECORD_BYTES + 16);
        nanos[0] += sealed - begin;
        nanos[1] += System.nanoTime() - sealed;
      }
      return nanos;
    }

    private void run(Cipher cipher, int mode, GCMParameterSpec parameters, int length)
        throws Exception {
      cipher.init(mode, key, parameters);
      cipher.updateAAD(header);
      cipher.doFinal(bytes, 21, length, bytes, 21);
    }
  }

  /** The median round trip of 100 bytes between two threads that wait in the system. */
  private static double pingMicros() throws IOException {
    try (DatagramChannel near = bound();
        DatagramChannel far = bound()) {
      near.connect(far.getLocalAddress());
      far.connect(near.getLocalAddress());
      Thread echo = new Thread(() -> echo(far), "echo");
      echo.setDaemon(true);
      echo.start();
      ByteBuffer packet = ByteBuffer.allocateDirect(100);
      double[] micros = new double[PINGS];
      for (int i = 0; i < PINGS; i++) {
        long begin = System.nanoTime();
        near.write(packet.clear());
        near.read(packet.clear());
        micros[i] = (System.nanoTime() - begin) / 1000.0;
      }
      return median(micros);
    }
  }

  private static DatagramChannel bound() throws IOException {
    return DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static void echo(DatagramChannel far) {
    ByteBuffer packet = ByteBuffer.allocateDirect(100);
    try {
      while (true) {
        far.read(packet.clear());
        far.write(packet.flip());
      }
    } catch (ClosedChannelException ended) {
      // The other thread has what it wanted.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
