package io.ebbmesh.sync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.time.Chance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages and their writes beside a model that is too simple to be wrong. */
class MemoryInodeTest {

  private static final int SEEDS = 300;
  private static final int STEPS = 150;
  private static final int MAX_BYTES = 5 * SparseBytes.PAGE_BYTES;

  /** All of a file in two arrays, the writes between them in a list. */
  private static final class Model {
    private record Write(int position, byte[] bytes, long durableAt, boolean doubtful) {}

    byte[] durable;
    List<Write> pending = new ArrayList<>();

    Model(int size) {
      durable = new byte[size];
    }

    byte[] seen() {
      byte[] seen = durable;
      for (Write write : pending) {
        seen = applied(seen, write, 0, write.bytes.length);
      }
      return seen;
    }

    void write(int position, byte[] bytes) {
      pending.add(new Write(position, bytes, Long.MAX_VALUE, false));
    }

    void sync(long end) {
      pending.replaceAll(
          write ->
              write.doubtful
                  ? write
                  : new Write(write.position, write.bytes, Math.min(write.durableAt, end), false));
    }

    void doubt() {
      pending.replaceAll(
          write ->
              write.durableAt == Long.MAX_VALUE
                  ? new Write(write.position, write.bytes, write.durableAt, true)
                  : write);
    }

    /** Byte by byte: what is in doubt under a durable byte is gone. */
    void pass(long now) {
      List<Write> rest = new ArrayList<>();
      for (Write write : pending) {
        if (write.durableAt > now) {
          rest.add(write);
          continue;
        }
        durable = applied(durable, write, 0, write.bytes.length);
        List<Write> cut = new ArrayList<>();
        for (Write older : rest) {
          int end = older.position + older.bytes.length;
          addPart(cut, older, older.position, Math.min(end, write.position));
          int writeEnd = write.position + write.bytes.length;
          addPart(cut, older, Math.max(older.position, writeEnd), end);
        }
        rest = cut;
      }
      pending = rest;
    }

    void truncate(int size) {
      if (size >= seen().length) {
        return;
      }
      durable = Arrays.copyOf(durable, size);
      List<Write> rest = new ArrayList<>();
      for (Write write : pending) {
        addPart(rest, write, write.position, Math.min(size, write.position + write.bytes.length));
      }
      pending = rest;
    }

    void crash(Chance chance) {
      for (Write write : pending) {
        double fate = chance.nextDouble();
        if (fate < 0.3) {
          durable = applied(durable, write, 0, write.bytes.length);
        } else if (fate < 0.8) {
          tear(write, chance);
        }
      }
      pending.clear();
    }

    private void tear(Write write, Chance chance) {
      int end = write.position + write.bytes.length;
      for (int at = write.position; at < end; ) {
        int sectorEnd = Math.min(end, (at / 512 + 1) * 512);
        if (chance.nextDouble() < 0.5) {
          durable = applied(durable, write, at - write.position, sectorEnd - write.position);
        }
        at = sectorEnd;
      }
    }

    private static void addPart(List<Write> parts, Write write, int from, int to) {
      if (from < to) {
        byte[] bytes = Arrays.copyOfRange(write.bytes, from - write.position, to - write.position);
        parts.add(new Write(from, bytes, write.durableAt, write.doubtful));
      }
    }

    private static byte[] applied(byte[] content, Write write, int from, int to) {
      byte[] target = Arrays.copyOf(content, Math.max(content.length, write.position + to));
      System.arraycopy(write.bytes, from, target, write.position + from, to - from);
      return target;
    }
  }

  @Test
  void aFileInPagesIsTheFileInOneArrayWhateverHappensToIt() {
    for (int seed = 0; seed < SEEDS; seed++) {
      live(seed);
    }
  }

  private static void live(int seed) {
    SeededChance chance = new SeededChance(seed);
    int size = chance.nextInt(MAX_BYTES);
    MemoryInode inode = new MemoryInode(1, size);
    Model model = new Model(size);
    List<MemoryInode> images = new ArrayList<>();
    List<byte[]> imaged = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < STEPS; step++) {
      now += chance.nextInt(3);
      model.pass(now);
      int kind = chance.nextInt(20);
      if (kind < 9) {
        write(inode, model, chance, now);
      } else if (kind < 13) {
        long end = now + chance.nextInt(6);
        inode.sync(end, now);
        model.sync(end);
        model.pass(now);
      } else if (kind == 13) {
        inode.doubt(now);
        model.doubt();
      } else if (kind == 14) {
        int newSize = chance.nextInt(MAX_BYTES);
        inode.truncate(newSize, now);
        model.truncate(newSize);
      } else if (kind == 15 && chance.nextInt(3) == 0) {
        long fate = chance.nextLong();
        inode.crash(new SeededChance(fate), now);
        model.crash(new SeededChance(fate));
      } else if (kind == 16) {
        images.add(inode.image(step));
        imaged.add(model.seen());
      }
      same(inode, model, chance, now, "seed " + seed + ", step " + step);
    }
    for (int i = 0; i < images.size(); i++) {
      assertThat(images.get(i).content(now))
          .as("seed %s, image %s", seed, i)
          .isEqualTo(imaged.get(i));
    }
  }

  private static void write(MemoryInode inode, Model model, SeededChance chance, long now) {
    int position = chance.nextInt(MAX_BYTES);
    byte[] bytes = new byte[chance.nextInt(chance.nextInt(2) == 0 ? 40 : 1_500)];
    if (chance.nextInt(4) > 0) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) chance.nextInt(256);
      }
    }
    inode.write(position, ByteBuffer.wrap(bytes), now, now);
    if (bytes.length > 0) {
      model.write(position, bytes);
    }
  }

  private static void same(
      MemoryInode inode, Model model, SeededChance chance, long now, String when) {
    byte[] expected = model.seen();
    assertThat(inode.size()).as(when).isEqualTo(expected.length);
    assertThat(inode.content(now)).as(when).isEqualTo(expected);
    int from = chance.nextInt(MAX_BYTES);
    ByteBuffer part = ByteBuffer.allocate(1 + chance.nextInt(1_500)).position(1);
    int length = inode.read(from, part, now);
    int left = Math.max(0, expected.length - from);
    assertThat(length).as(when).isEqualTo(Math.min(left, part.capacity() - 1));
    assertThat(part.position()).as(when).isEqualTo(1 + length);
    if (length > 0) {
      assertThat(Arrays.copyOfRange(part.array(), 1, 1 + length))
          .as(when)
          .isEqualTo(Arrays.copyOfRange(expected, from, from + length));
    }
  }
}
