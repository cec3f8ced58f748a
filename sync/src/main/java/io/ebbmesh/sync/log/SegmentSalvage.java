package io.ebbmesh.sync.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Reads what can be told from one segment file on its own, whatever became of the store around it,
 * and changes nothing. What it finds may be delivered, given up, or moved to another file long ago.
 */
public final class SegmentSalvage {

  /** In a log, or set aside with the name of its folder in front and a number behind. */
  private static final Pattern NAME = Pattern.compile("(.*-)?\\d{16}\\.seg(\\.\\d+)?");

  private static final String FREE = "free-";

  private SegmentSalvage() {}

  /** Takes the whole events of a file, in their order. */
  @FunctionalInterface
  public interface Events {
    /**
     * @param body of the record, little-endian; valid during the call
     */
    void event(String persistenceId, long sequenceNr, ByteBuffer body) throws IOException;
  }

  /**
   * What a file held.
   *
   * @param events that were whole
   * @param damaged records that are known to have been there and are not whole, and stretches that
   *     hold none
   */
  public record Read(int events, int damaged) {}

  /** Whether a file is a segment that holds records, by its name. */
  public static boolean isSegment(Path file) {
    String name = String.valueOf(file.getFileName());
    return NAME.matcher(name).matches() && !name.contains(FREE);
  }

  /**
   * Reads one file.
   *
   * @throws IOException if it cannot be read, or is of a newer format
   */
  public static Read read(Path file, Events events) throws IOException {
    ByteBuffer image = image(file);
    int size = image.limit();
    byte[] block = new byte[Math.min(size, SegmentHeader.BLOCK_BYTES)];
    image.get(0, block);
    SegmentHeader header = SegmentHeader.parse(block);
    if (header != null && header.version() > SegmentHeader.VERSION) {
      throw new NewerFormatException(file.toString(), header.version(), SegmentHeader.VERSION);
    }
    long salt = header == null ? SegmentScan.salvageSalt(image, size) : header.salt();
    if (salt == 0) {
      return new Read(0, 1);
    }
    SegmentScan scan = SegmentScan.of(image, size, salt, new LogIndex());
    int found = 0;
    int damaged = scan.gaps().size();
    for (int i = 0; i < scan.count(); i++) {
      PersistenceIndex owner = scan.owner(i);
      if (!scan.isIntact(i)) {
        damaged++;
      } else if (owner != null && scan.kind(i) == RecordFormat.KIND_EVENT) {
        events.event(owner.id, scan.seq(i), scan.body(i));
        found++;
      }
    }
    // Each segment begins with a record: without any, what was there cannot be told from what was
    // there before the file was used again.
    return new Read(found, scan.count() == 0 && isWritten(image) ? 1 : damaged);
  }

  private static boolean isWritten(ByteBuffer image) {
    for (int at = SegmentHeader.BLOCK_BYTES; at < image.limit(); at++) {
      if (image.get(at) != 0) {
        return true;
      }
    }
    return false;
  }

  private static ByteBuffer image(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new IOException(file + " is larger than any segment");
      }
      ByteBuffer image = ByteBuffer.allocate((int) channel.size()).order(ByteOrder.LITTLE_ENDIAN);
      while (image.hasRemaining() && channel.read(image, image.position()) >= 0) {
        // Until all is read or the file has become shorter.
      }
      return image.flip();
    }
  }
}
