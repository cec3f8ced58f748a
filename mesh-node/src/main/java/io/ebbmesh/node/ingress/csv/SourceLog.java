package io.ebbmesh.node.ingress.csv;

import io.ebbmesh.protocol.insight.Lane;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A source's own account of what it produced, kept apart from the outbox so that the two can be
 * compared. One line each: {@code produced POSITION}, {@code accepted POSITION SEQ LANE}, {@code
 * refused POSITION}. A position is produced again after a restart if it was not accepted before.
 * Lines reach the operating system before the reading reaches the pipeline, and so outlive this
 * process.
 */
final class SourceLog implements Closeable {

  private final Writer writer;

  private SourceLog(Writer writer) {
    this.writer = writer;
  }

  /** Opens a log for appending; without a file nothing is written. */
  static SourceLog open(@Nullable Path file) throws IOException {
    if (file == null) {
      return new SourceLog(Writer.nullWriter());
    }
    BufferedWriter writer =
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return new SourceLog(writer);
  }

  void produced(long position) throws IOException {
    writer.write("produced " + position + "\n");
  }

  void accepted(long position, Lane lane, long seq) throws IOException {
    writer.write("accepted " + position + " " + seq + " " + lane.id() + "\n");
  }

  void refused(long position) throws IOException {
    writer.write("refused " + position + "\n");
  }

  void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
