package io.ebbmesh.sync.storage;

import io.ebbmesh.protocol.time.Chance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of one file of a {@link MemoryStorage}: what is durable, and over it the writes that a
 * power cut may still take.
 *
 * <p>Times are those of the {@link DiskQueue}. A sync sets the time at which its writes are
 * durable; they move below at the next operation after that time.
 */
final class MemoryInode implements Comparable<MemoryInode> {

  private static final long NEVER = Long.MAX_VALUE;

  private final long number;
  private SparseBytes durable;

  /** Whether an image reads {@link #durable} too, so that it must not change. */
  private boolean shared;

  /** In the order of writing; whatever is not doubtful becomes durable in that order. */
  private final List<Write> pending = new ArrayList<>(0);

  private long size;

  private static final class Write {
    final long position;
    final byte[] bytes;
    final long startsAt;
    long durableAt = NEVER;

    /** Written before a sync that failed: readable, and no later sync reaches it. */
    boolean doubtful;

    Write(long position, byte[] bytes, long startsAt) {
      this.position = position;
      this.bytes = bytes;
      this.startsAt = startsAt;
    }

    long end() {
      return position + bytes.length;
    }

    /** The same write, of which only {@code [from, to)} of the file is left. */
    Write part(long from, long to) {
      byte[] rest = Arrays.copyOfRange(bytes, (int) (from - position), (int) (to - position));
      Write part = new Write(from, rest, startsAt);
      part.durableAt = durableAt;
      part.doubtful = doubtful;
      return part;
    }
  }

  MemoryInode(long number, long size) {
    this(number, new SparseBytes(size));
  }

  private MemoryInode(long number, SparseBytes durable) {
    this.number = number;
    this.durable = durable;
    this.size = durable.size();
  }

  static MemoryInode of(long number, byte[] content) {
    SparseBytes bytes = new SparseBytes(0);
    bytes.write(0, content, 0, content.length);
    return new MemoryInode(number, bytes);
  }

  /** What is read now, durable in the image; shares pages until either side writes. */
  MemoryInode image(long imageNumber) {
    MemoryInode image = new MemoryInode(imageNumber, durable);
    shared = true;
    image.shared = true;
    for (Write write : pending) {
      image.own().write(write.position, write.bytes, 0, write.bytes.length);
    }
    image.size = image.durable.size();
    return image;
  }

  private SparseBytes own() {
    if (shared) {
      durable = durable.copy();
      shared = false;
    }
    return durable;
  }

  long size() {
    return size;
  }

  byte[] content(long now) {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
    read(0, all, now);
    return all.array();
  }

  int read(long position, ByteBuffer target, long now) {
    fold(now);
    int length = (int) Math.max(0, Math.min(target.remaining(), size - position));
    int start = target.position();
    durable.read(position, target, length);
    for (Write write : pending) {
      long from = Math.max(position, write.position);
      long to = Math.min(position + length, write.end());
      if (from < to) {
        target.put(
            start + (int) (from - position),
            write.bytes,
            (int) (from - write.position),
            (int) (to - from));
      }
    }
    return length;
  }

  void write(long position, ByteBuffer source, long startsAt, long now) {
    fold(now);
    if (source.hasRemaining()) {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      Write write = new Write(position, bytes, startsAt);
      pending.add(write);
      size = Math.max(size, write.end());
    }
  }

  /** All that is written and not in doubt is durable at {@code end}, or earlier as promised. */
  void sync(long end, long now) {
    for (Write write : pending) {
      if (!write.doubtful) {
        write.durableAt = Math.min(write.durableAt, end);
      }
    }
    fold(now);
  }

  /** A sync failed: puts into doubt what no earlier sync covers. */
  void doubt(long now) {
    fold(now);
    for (Write write : pending) {
      write.doubtful |= write.durableAt == NEVER;
    }
  }

  private void fold(long now) {
    if (!anyIsDurable(now)) {
      return;
    }
    List<Write> rest = new ArrayList<>(0);
    for (Write write : pending) {
      if (write.durableAt <= now) {
        own().write(write.position, write.bytes, 0, write.bytes.length);
        rest = rest.isEmpty() ? rest : settled(rest, write);
      } else {
        rest.add(write);
      }
    }
    pending.clear();
    pending.addAll(rest);
  }

  private boolean anyIsDurable(long now) {
    for (Write write : pending) {
      if (write.durableAt <= now) {
        return true;
      }
    }
    return false;
  }

  /** What is in doubt below a write that is durable now can no longer come up. */
  private static List<Write> settled(List<Write> doubtful, Write newer) {
    List<Write> rest = new ArrayList<>(0);
    for (Write older : doubtful) {
      addPart(rest, older, older.position, Math.min(older.end(), newer.position));
      addPart(rest, older, Math.max(older.position, newer.end()), older.end());
    }
    return rest;
  }

  private static void addPart(List<Write> parts, Write write, long from, long to) {
    if (from < to) {
      parts.add(write.part(from, to));
    }
  }

  /** Durable at once; what was written behind the new end never comes up again. */
  void truncate(long newSize, long now) {
    fold(now);
    if (newSize >= size) {
      return;
    }
    own().resize(newSize);
    List<Write> rest = new ArrayList<>(0);
    for (Write write : pending) {
      addPart(rest, write, write.position, Math.min(write.end(), newSize));
    }
    pending.clear();
    pending.addAll(rest);
    size = newSize;
  }

  /** Flips where it is durable and in the write that covers it, so that a reader sees one flip. */
  void flip(long bit, long now) {
    fold(now);
    long index = bit / 8;
    int mask = 1 << (bit % 8);
    boolean flipped = index < durable.size();
    if (flipped) {
      own().flip(index, mask);
    }
    for (int i = pending.size() - 1; i >= 0; i--) {
      Write write = pending.get(i);
      if (write.position <= index && index < write.end()) {
        write.bytes[(int) (index - write.position)] ^= (byte) mask;
        return;
      }
    }
    if (!flipped) {
      throw new IllegalArgumentException("there is no bit " + bit + " on the disk");
    }
  }

  /** Keeps, drops or tears what is not durable; what has not begun is dropped. */
  void crash(Chance chance, long now) {
    fold(now);
    for (Write write : pending) {
      if (write.startsAt > now) {
        continue;
      }
      double fate = chance.nextDouble();
      if (fate < 0.3) {
        own().write(write.position, write.bytes, 0, write.bytes.length);
      } else if (fate < 0.8) {
        tear(write, chance);
      }
    }
    pending.clear();
    size = durable.size();
  }

  private void tear(Write write, Chance chance) {
    int length = write.bytes.length;
    int from = 0;
    while (from < length) {
      long at = write.position + from;
      int inSector = (int) (at % MemoryStorage.SECTOR_BYTES);
      int to = Math.min(length, from + MemoryStorage.SECTOR_BYTES - inSector);
      if (chance.nextDouble() < 0.5) {
        own().write(at, write.bytes, from, to);
      }
      from = to;
    }
  }

  @Override
  public int compareTo(MemoryInode other) {
    return Long.compare(number, other.number);
  }
}
