import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Takes the signatures out of copies of jars: {@code java Unsign.java JAR...}. A JVM checks the
 * signature of each class that it loads from a signed jar, and keeps none of them in a class-data
 * archive; only security providers must be signed, and the command registers none.
 */
final class Unsign {

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      if (isSigned(jar)) {
        rewrite(Path.of(jar));
      }
    }
  }

  private static boolean isSigned(String jar) throws IOException {
    try (ZipFile file = new ZipFile(jar)) {
      return file.stream().anyMatch(entry -> isSignature(entry.getName()));
    }
  }

  private static void rewrite(Path jar) throws IOException {
    Path copy = jar.resolveSibling(jar.getFileName() + ".unsigned");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
        OutputStream file = Files.newOutputStream(copy);
        JarOutputStream out = new JarOutputStream(file)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (isSignature(entry.getName())) {
          continue;
        }
        JarEntry kept = new JarEntry(entry.getName());
        kept.setTime(entry.getTime());
        out.putNextEntry(kept);
        if (entry.getName().equals("META-INF/MANIFEST.MF")) {
          writeMainAttributes(in, out);
        } else {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isSignature(String name) {
    return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }

  /** Without the digest of each entry. */
  private static void writeMainAttributes(InputStream in, OutputStream out) throws IOException {
    Manifest manifest = new Manifest(in);
    manifest.getEntries().clear();
    manifest.write(out);
  }
}
