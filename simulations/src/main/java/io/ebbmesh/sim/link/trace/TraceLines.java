package io.ebbmesh.sim.link.trace;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a trace file without blank ones and comments, which may stand anywhere. */
final class TraceLines implements Closeable {

  static final int MAX_LINES = 20_000_000;
  static final int MAX_LINE_CHARS = 4_096;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final BufferedReader reader;
  private long number;

  private TraceLines(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  static TraceLines open(Path file) {
    try {
      return new TraceLines(file, Files.newBufferedReader(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The first line that says something. */
  TraceLine first() {
    TraceLine first = next();
    if (first == null) {
      throw new TraceException(
          file, "it is empty", "Give a file with at least one line that is no comment.");
    }
    return first;
  }

  /** The next line that says something; null at the end. */
  @Nullable TraceLine next() {
    while (true) {
      String line = read();
      if (line == null) {
        return null;
      }
      number++;
      String text = (number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line);
      text = text.strip();
      TraceLine found = new TraceLine(file, number, text);
      if (line.length() > MAX_LINE_CHARS) {
        throw found.wrong("it has more than " + MAX_LINE_CHARS + " characters", "Is this a trace?");
      }
      if (number > MAX_LINES) {
        throw found.wrong("the file has more than " + MAX_LINES + " lines", "Shorten it");
      }
      if (!text.isEmpty() && text.charAt(0) != '#') {
        return found;
      }
    }
  }

  private @Nullable String read() {
    try {
      return reader.readLine();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static TraceException unreadable(Path file, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new TraceException(file, "there is no such file", "Correct the path.");
    }
    if (e instanceof CharacterCodingException) {
      return new TraceException(file, "it is no text", "Give a text file in UTF-8.");
    }
    return new TraceException(file, "it cannot be read (" + e + ")", "Check its permissions.");
  }
}
