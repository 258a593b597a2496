package dev.turnstone.cli.demo;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes a PNG file (W3C, ISO 15948). Java's own writer needs the desktop module and its fonts. */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private Png() {}

  /**
   * Encodes an image.
   *
   * @param rgb three bytes for each pixel, row by row from the top
   */
  static byte[] encode(int width, int height, byte[] rgb) {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream(rgb.length / 2);
      file.write(SIGNATURE);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(header);
      fields.writeInt(width);
      fields.writeInt(height);
      fields.write(new byte[] {8, 2, 0, 0, 0}); // 8 bits, RGB, not interlaced
      chunk(file, "IHDR", header.toByteArray());

      ByteArrayOutputStream packed = new ByteArrayOutputStream(rgb.length / 2);
      Deflater deflater = new Deflater(Deflater.BEST_SPEED);
      try (DeflaterOutputStream rows = new DeflaterOutputStream(packed, deflater)) {
        byte[] row = new byte[1 + 3 * width];
        for (int y = 0; y < height; y++) {
          filter(rgb, y * width * 3, width * 3, row);
          rows.write(row);
        }
      } finally {
        deflater.end();
      }
      chunk(file, "IDAT", packed.toByteArray());
      chunk(file, "IEND", new byte[0]);
      return file.toByteArray();
    } catch (IOException impossible) {
      throw new AssertionError("memory does not fail to be written", impossible);
    }
  }

  /** Filter 1: each byte as the difference to the one of the pixel at its left. */
  private static void filter(byte[] rgb, int from, int length, byte[] row) {
    row[0] = 1;
    for (int i = 0; i < length; i++) {
      int left = i < 3 ? 0 : rgb[from + i - 3];
      row[1 + i] = (byte) (rgb[from + i] - left);
    }
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data)
      throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    DataOutputStream out = new DataOutputStream(file);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
