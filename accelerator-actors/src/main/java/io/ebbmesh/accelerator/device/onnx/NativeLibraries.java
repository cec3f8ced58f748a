package io.ebbmesh.accelerator.device.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The runtime's native libraries in a folder of ours. Left alone, the runtime unpacks them into a
 * new temporary folder at every start, and a process that is killed leaves its folder behind: 24 MB
 * each time, in memory where temporary files are.
 */
final class NativeLibraries {

  /** Where the runtime looks before it unpacks anything. */
  private static final String PATH_PROPERTY = "onnxruntime.native.path";

  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

  private NativeLibraries() {}

  /**
   * Unpacks what is not there yet and points the runtime to it; blocks. Does nothing on a platform
   * whose libraries are not in the runtime's jar, or if someone else has pointed the runtime to a
   * folder.
   *
   * @throws IOException if the folder cannot be written
   */
  static synchronized void use(Path folder) throws IOException {
    String platform = platform();
    if (platform == null || System.getProperty(PATH_PROPERTY) != null) {
      return;
    }
    Files.createDirectories(folder);
    for (String name : NAMES) {
      String file = System.mapLibraryName(name);
      URL packed = OrtEnvironment.class.getResource("native/" + platform + "/" + file);
      if (packed == null) {
        return;
      }
      unpack(packed, folder.resolve(file));
    }
    System.setProperty(PATH_PROPERTY, folder.toAbsolutePath().toString());
  }

  /** Replaces a file of another content whole, so that a power cut leaves no half library. */
  static void unpack(URL packed, Path target) throws IOException {
    URLConnection connection = packed.openConnection();
    if (connection instanceof JarURLConnection jar && isContentOf(jar.getJarEntry(), target)) {
      return;
    }
    Path half = target.resolveSibling(target.getFileName() + ".half");
    try (InputStream in = connection.getInputStream();
        OutputStream out = Files.newOutputStream(half)) {
      in.transferTo(out);
    }
    try (FileChannel written = FileChannel.open(half, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(half, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isContentOf(JarEntry entry, Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
      return false;
    }
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue() == entry.getCrc();
  }

  /** The runtime's name of this platform; null if it is not Linux on a processor known to it. */
  private static @Nullable String platform() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> "linux-x64";
      case "aarch64" -> "linux-aarch64";
      default -> null;
    };
  }
}
