package io.ebbmesh.node.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Standard output that knows why it took no more: a full disk is a failure, a reader that has seen
 * enough, such as {@code head}, is none.
 */
public final class StandardOutput extends PrintStream {

  private final Watched watched;

  private StandardOutput(Watched watched, Charset charset) {
    super(new BufferedOutputStream(watched), true, charset);
    this.watched = watched;
  }

  /** Over what the bytes go to. */
  public static StandardOutput over(OutputStream to, Charset charset) {
    return new StandardOutput(new Watched(to), charset);
  }

  /** Of this process, in the charset that Java chose for it. */
  static StandardOutput ofProcess() {
    String charset =
        System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    return over(
        new FileOutputStream(FileDescriptor.out),
        charset != null && Charset.isSupported(charset)
            ? Charset.forName(charset)
            : Charset.defaultCharset());
  }

  /** Whether whoever read the output has closed its end. */
  static boolean readerIsGone() {
    return System.out instanceof StandardOutput out && out.checkError() && out.watched.isClosed;
  }

  private static final class Watched extends FilterOutputStream {

    // Standard output is written to by any thread.
    private volatile boolean isClosed;

    Watched(OutputStream to) {
      super(to);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        // Java has no other name for EPIPE than the text of the system.
        isClosed |= String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
        throw e;
      }
    }
  }
}
