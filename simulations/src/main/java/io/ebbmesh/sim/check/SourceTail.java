package io.ebbmesh.sim.check;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Follows the log that a source keeps of what it produced and of what was accepted, and the time in
 * which nothing was accepted.
 */
final class SourceTail {

  private final Path file;
  private final BitSet produced = new BitSet();
  private final BitSet accepted = new BitSet();
  private long offset;
  private long lastNanos = System.nanoTime();
  private long longestNanos;

  SourceTail(Path file) {
    this.file = file;
  }

  /** Reads what was appended; call it often, as times are those of the call. */
  void look() throws IOException {
    int before = accepted.cardinality();
    if (Files.exists(file)) {
      read();
    }
    long now = System.nanoTime();
    longestNanos = Math.max(longestNanos, now - lastNanos);
    if (accepted.cardinality() > before) {
      lastNanos = now;
    }
  }

  private void read() throws IOException {
    byte[] bytes;
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      bytes = new byte[(int) (log.length() - offset)];
      log.seek(offset);
      log.readFully(bytes);
    }
    String text = new String(bytes, StandardCharsets.US_ASCII);
    int end = text.lastIndexOf('\n') + 1;
    for (String line : text.substring(0, end).lines().toList()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("produced")) {
        produced.set(Integer.parseInt(words[1]));
      } else if (words[0].equals("accepted")) {
        accepted.set(Integer.parseInt(words[1]));
      }
    }
    offset += end;
  }

  int acceptedCount() {
    return accepted.cardinality();
  }

  /** Produced so far. */
  BitSet produced() {
    return (BitSet) produced.clone();
  }

  /** How many of these are accepted. */
  int acceptedOf(BitSet positions) {
    BitSet both = (BitSet) positions.clone();
    both.and(accepted);
    return both.cardinality();
  }

  /** Begins to measure the longest time without an acceptance. */
  void startGap() {
    longestNanos = 0;
    lastNanos = System.nanoTime();
  }

  double longestGapSeconds() {
    return longestNanos / 1e9;
  }
}
