package dev.turnstone.cli.demo;

import java.util.Random;

/** Draws a shore at the end of a day; no two seeds give the same. */
final class Postcard {
  static final int WIDTH = 960;
  static final int HEIGHT = 600;

  /** Sky at the top, sky at the horizon, sun, sea, nearest dune: 0xRRGGBB. */
  private static final int[][] PALETTES = {
    {0x1B2A4A, 0xF2A65A, 0xFFE8B6, 0x27496D, 0x2A1E24},
    {0x2C1E4A, 0xF0707A, 0xFFD9C0, 0x4A3B73, 0x1D1530},
    {0x0E4D64, 0xF7D98B, 0xFFF6D6, 0x1B7A86, 0x16323A},
    {0x3A5A80, 0xFFD3B0, 0xFFF3E0, 0x5C86A6, 0x3B3A42},
  };

  private final Random random;
  private final int[] palette;
  private final double horizon;
  private final double sunX;
  private final double sunY;
  private final double sunRadius;
  private final double[] phases = new double[16];
  private final double[][] birds;

  private Postcard(long seed) {
    random = new Random(seed);
    palette = PALETTES[random.nextInt(PALETTES.length)];
    horizon = 0.52 + random.nextDouble() * 0.1;
    sunX = 0.25 + random.nextDouble() * 0.5;
    sunY = horizon - 0.06 - random.nextDouble() * 0.2;
    sunRadius = 0.055 + random.nextDouble() * 0.035;
    for (int i = 0; i < phases.length; i++) {
      phases[i] = random.nextDouble() * Math.PI * 2;
    }
    birds = new double[3 + random.nextInt(6)][];
    double flockX = 0.2 + random.nextDouble() * 0.6;
    for (int i = 0; i < birds.length; i++) {
      birds[i] =
          new double[] {
            flockX + random.nextGaussian() * 0.07,
            0.16 + random.nextDouble() * 0.18,
            0.012 + random.nextDouble() * 0.012
          };
    }
  }

  /** A PNG file of some hundred kilobytes. */
  static byte[] draw(long seed) {
    return new Postcard(seed).render();
  }

  private byte[] render() {
    byte[] rgb = new byte[WIDTH * HEIGHT * 3];
    double[] color = new double[3];
    int at = 0;
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        // One unit is the width, so that circles are round.
        double x = (column + 0.5) / WIDTH;
        double y = (row + 0.5) / HEIGHT;
        paint(x, y, color);
        double grain = (random.nextDouble() - 0.5) * 9;
        for (double channel : color) {
          rgb[at++] = (byte) Math.max(0, Math.min(255, channel + grain));
        }
      }
    }
    return Png.encode(WIDTH, HEIGHT, rgb);
  }

  private void paint(double x, double y, double[] color) {
    if (y < horizon) {
      sky(x, y, color);
    } else {
      sea(x, y, color);
    }
    for (int i = 0; i < 3; i++) {
      double top = 0.8 + i * 0.065 + ridge(x, i);
      double cover = smooth((y - top) * HEIGHT / 1.5);
      mix(color, palette[3], palette[4], 0.35 + i * 0.32, cover);
    }
  }

  private void sky(double x, double y, double[] color) {
    set(color, palette[0], palette[1], Math.pow(y / horizon, 1.4));
    double clouds =
        Math.sin(x * 9 + phases[0] + Math.sin(y * 23 + phases[1]) * 0.8)
            * Math.sin(y * 41 + phases[2] + x * 3);
    mix(color, palette[2], palette[2], 0, Math.max(0, clouds - 0.35) * 0.35 * y / horizon);
    double distance = distanceToSun(x, y);
    mix(color, palette[2], palette[2], 0, Math.exp(-distance * 9) * 0.55);
    mix(color, palette[2], palette[2], 0, smooth((sunRadius - distance) * WIDTH / 2));
    for (double[] bird : birds) {
      mix(color, palette[4], palette[4], 0, wing(x, y, bird));
    }
  }

  private void sea(double x, double y, double[] color) {
    double depth = (y - horizon) / (1 - horizon);
    set(color, palette[1], palette[3], Math.min(1, 0.35 + depth * 1.4));
    double wave = Math.sin(depth * 60 / (0.12 + depth) + Math.sin(x * 14 + phases[3]) + phases[4]);
    double glitter =
        Math.exp(-Math.abs(x - sunX) / (0.03 + depth * 0.16))
            * smooth(2.2 * (wave + Math.sin(x * 70 + wave * 3 + phases[5]) * 0.6));
    mix(color, palette[2], palette[2], 0, glitter * 0.75 * (1 - depth * 0.6));
    mix(color, palette[0], palette[0], 0, Math.max(0, -wave) * 0.12);
  }

  private double distanceToSun(double x, double y) {
    double dy = (y - sunY) * HEIGHT / WIDTH;
    return Math.sqrt((x - sunX) * (x - sunX) + dy * dy);
  }

  private double ridge(double x, int layer) {
    double frequency = 3 + layer * 1.3;
    return Math.sin(x * frequency + phases[6 + layer]) * 0.035
        + Math.sin(x * frequency * 2.7 + phases[9 + layer]) * 0.012
        + Math.sin(x * 90 + phases[12 + layer]) * 0.0012;
  }

  /** Two arcs that meet: a bird far away. */
  private static double wing(double x, double y, double[] bird) {
    double dx = (x - bird[0]) / bird[2];
    double dy = (y - bird[1]) * HEIGHT / WIDTH / bird[2];
    if (Math.abs(dx) > 1) {
      return 0;
    }
    double arc = -0.55 * Math.sin(Math.abs(dx) * Math.PI * 0.8);
    double thickness = 0.13 * (1 - Math.abs(dx)) + 0.02;
    return smooth((thickness - Math.abs(dy - arc)) * bird[2] * WIDTH);
  }

  private static double smooth(double value) {
    double bounded = Math.max(0, Math.min(1, value));
    return bounded * bounded * (3 - 2 * bounded);
  }

  private static void set(double[] color, int from, int to, double share) {
    for (int i = 0; i < 3; i++) {
      color[i] = between(from, to, share, i);
    }
  }

  private static void mix(double[] color, int from, int to, double share, double cover) {
    if (cover <= 0) {
      return;
    }
    for (int i = 0; i < 3; i++) {
      color[i] += (between(from, to, share, i) - color[i]) * cover;
    }
  }

  private static double between(int from, int to, double share, int channel) {
    int shift = 16 - 8 * channel;
    int a = from >> shift & 0xFF;
    int b = to >> shift & 0xFF;
    return a + (b - a) * Math.min(1, share);
  }
}
