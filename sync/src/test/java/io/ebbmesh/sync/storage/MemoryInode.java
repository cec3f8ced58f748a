package io.ebbmesh.sync.storage;

import io.ebbmesh.protocol.time.Chance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * The bytes of one file of a {@link MemoryStorage}: as read now, and as a power cut leaves them.
 */
@NullMarked
final class MemoryInode implements Comparable<MemoryInode> {

  private final long number;
  private byte[] current;
  private byte[] durable;
  private final List<Write> unsynced = new ArrayList<>();

  /** Written before a sync that failed: readable, and no later sync reaches them. */
  private final List<Write> doubtful = new ArrayList<>();

  private record Write(int position, byte[] bytes) {}

  MemoryInode(long number, byte[] content) {
    this.number = number;
    current = content.clone();
    durable = content.clone();
  }

  long size() {
    return current.length;
  }

  byte[] content() {
    return current.clone();
  }

  int read(long position, ByteBuffer target) {
    int count = (int) Math.max(0, Math.min(target.remaining(), current.length - position));
    if (count > 0) {
      target.put(current, (int) position, count);
    }
    return count;
  }

  void write(long position, ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    Write write = new Write((int) position, bytes);
    current = apply(current, write, 0, bytes.length);
    unsynced.add(write);
  }

  void sync() {
    for (Write write : unsynced) {
      durable = apply(durable, write, 0, write.bytes().length);
      settle(write);
    }
    unsynced.clear();
  }

  /** What is in doubt below a write that is durable now can no longer come up. */
  private void settle(Write newer) {
    int from = newer.position();
    int to = from + newer.bytes().length;
    List<Write> rest = new ArrayList<>();
    for (Write older : doubtful) {
      int end = older.position() + older.bytes().length;
      addPart(rest, older, older.position(), Math.min(end, from));
      addPart(rest, older, Math.max(older.position(), to), end);
    }
    doubtful.clear();
    doubtful.addAll(rest);
  }

  private static void addPart(List<Write> parts, Write write, int from, int to) {
    if (from < to) {
      int start = write.position();
      parts.add(new Write(from, Arrays.copyOfRange(write.bytes(), from - start, to - start)));
    }
  }

  void doubt() {
    doubtful.addAll(unsynced);
    unsynced.clear();
  }

  void truncate(long size) {
    current = Arrays.copyOf(current, (int) size);
    durable = Arrays.copyOf(durable, (int) size);
  }

  void flip(long bit) {
    int index = (int) (bit / 8);
    byte mask = (byte) (1 << (bit % 8));
    current[index] ^= mask;
    durable[index] ^= mask;
  }

  void crash(Chance chance) {
    doubtful.addAll(unsynced);
    for (Write write : doubtful) {
      double fate = chance.nextDouble();
      if (fate < 0.3) {
        durable = apply(durable, write, 0, write.bytes().length);
      } else if (fate < 0.8) {
        tear(write, chance);
      }
    }
    doubtful.clear();
    unsynced.clear();
    current = durable.clone();
  }

  private void tear(Write write, Chance chance) {
    int length = write.bytes().length;
    int from = 0;
    while (from < length) {
      int sectorEnd =
          ((write.position() + from) / MemoryStorage.SECTOR_BYTES + 1) * MemoryStorage.SECTOR_BYTES;
      int to = Math.min(length, sectorEnd - write.position());
      if (chance.nextDouble() < 0.5) {
        durable = apply(durable, write, from, to);
      }
      from = to;
    }
  }

  private static byte[] apply(byte[] content, Write write, int from, int to) {
    int end = write.position() + to;
    byte[] target = end > content.length ? Arrays.copyOf(content, end) : content;
    System.arraycopy(write.bytes(), from, target, write.position() + from, to - from);
    return target;
  }

  @Override
  public int compareTo(MemoryInode other) {
    return Long.compare(number, other.number);
  }
}
