package io.ebbmesh.sim.demo;

import io.ebbmesh.sim.process.LaneSeq;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the log of a CSV replay says: the source's own account of what it produced and what was
 * accepted. Reads on where it stopped; a line that is not complete yet is left for the next time.
 */
final class SourceAccount {

  /** The last record of a line: a process that was killed may leave half a record before it. */
  private static final Pattern RECORD =
      Pattern.compile(
          "(?<what>produced|accepted|refused) (?<position>\\d+)(?: (?<seq>\\d+) (?<lane>[a-z]+))?$");

  private final Path file;
  private final BitSet produced = new BitSet();
  private final BitSet refused = new BitSet();
  private final BitSet accepted = new BitSet();
  private final TreeMap<Long, LaneSeq> seqs = new TreeMap<>();
  private long offset;

  SourceAccount(Path file) {
    this.file = file;
  }

  /** Takes in what was appended since. */
  void update() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    String text;
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) (channel.size() - offset));
      while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
        // Reads until everything that there was is here.
        continue;
      }
      text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }
    int end = text.lastIndexOf('\n') + 1;
    text.substring(0, end).lines().forEach(this::line);
    offset += end;
  }

  void line(String line) {
    Matcher matcher = RECORD.matcher(line);
    if (!matcher.find()) {
      return;
    }
    int position = Integer.parseInt(matcher.group("position"));
    switch (matcher.group("what")) {
      case "produced" -> produced.set(position);
      case "refused" -> refused.set(position);
      default -> {
        accepted.set(position);
        String seq = matcher.group("seq");
        if (seq != null && !seq.equals("0")) {
          seqs.put((long) position, LaneSeq.of(matcher.group("lane"), Long.parseLong(seq)));
        }
      }
    }
  }

  /** Positions that were produced, without those that the source left out for good. */
  BitSet produced() {
    BitSet kept = (BitSet) produced.clone();
    kept.andNot(refused);
    return kept;
  }

  /** Positions that the source heard to be accepted. */
  BitSet accepted() {
    return (BitSet) accepted.clone();
  }

  int acceptedCount() {
    return accepted.cardinality();
  }

  /** Highest accepted position; 0 if none. All produced positions below it are accepted too. */
  int acceptedUpTo() {
    return accepted.length() - 1 < 0 ? 0 : accepted.length() - 1;
  }

  /** Sequence numbers by accepted position, as far as the source heard them. */
  TreeMap<Long, LaneSeq> seqs() {
    return seqs;
  }
}
