package io.ebbmesh.sim.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The files of a stopped store in memory: chooses a bit, and writes copies with that bit flipped.
 */
final class StoreBits {

  /** Which bytes a bit is chosen from. */
  enum Weight {
    /** Bytes that the store has written: preallocated room at the end of a file does not count. */
    USED,
    /** All bytes of all files. */
    ALL,
    /** Bytes of files outside the log, which are few: snapshots, identity, what the hub reads. */
    SMALL
  }

  /** As in docs/segment-log-format.md. */
  private static final String RECORD = "EBBR";

  private static final int ALIGNMENT = 8;
  private static final int AT_KIND = 38;
  private static final byte EVENT = 1;

  private record Content(String name, byte[] bytes, int used) {}

  /**
   * A place in a store.
   *
   * @param file below the store
   * @param offset byte in it
   * @param bit 0 to 7
   */
  record Place(String file, int offset, int bit) {}

  private final List<Content> files = new ArrayList<>();

  private StoreBits() {}

  static StoreBits read(Path store) throws IOException {
    StoreBits bits = new StoreBits();
    try (Stream<Path> paths = Files.walk(store)) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        byte[] bytes = Files.readAllBytes(path);
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
          used--;
        }
        bits.files.add(new Content(store.relativize(path).toString(), bytes, used));
      }
    }
    return bits;
  }

  int fileCount() {
    return files.size();
  }

  long bytes(Weight weight) {
    return files.stream().mapToLong(file -> size(file, weight)).sum();
  }

  private static int size(Content file, Weight weight) {
    return switch (weight) {
      case USED -> file.used();
      case ALL -> file.bytes().length;
      case SMALL -> file.name().startsWith("log/") ? 0 : file.used();
    };
  }

  /**
   * The newest segment, and where its last events begin.
   *
   * @param events how many of them
   */
  Tail tail(int events) {
    Content newest =
        files.stream()
            .filter(file -> file.name().matches("log/\\d+\\.seg"))
            .max(Comparator.comparing(Content::name))
            .orElseThrow();
    int left = events;
    for (int at = newest.used() & -ALIGNMENT; at >= 0; at -= ALIGNMENT) {
      boolean isEvent =
          newest.bytes().length >= at + ALIGNMENT * 6
              && new String(newest.bytes(), at, 4, StandardCharsets.US_ASCII).equals(RECORD)
              && newest.bytes()[at + AT_KIND] == EVENT;
      left -= isEvent ? 1 : 0;
      if (left == 0) {
        return new Tail(newest.name(), at, newest.used());
      }
    }
    throw new IllegalStateException("the newest segment has fewer events than " + events);
  }

  /**
   * A part of a file, at the end of what is used.
   *
   * @param from its first byte
   * @param to behind its last byte
   */
  record Tail(String file, int from, int to) {}

  /** Writes a copy in which one file ends early; the directory must not exist. */
  void writeCut(Path directory, String cut, int length) throws IOException {
    for (Content file : files) {
      Path path = directory.resolve(file.name());
      Files.createDirectories(path.resolveSibling("."));
      boolean whole = !file.name().equals(cut);
      Files.write(path, whole ? file.bytes() : Arrays.copyOf(file.bytes(), length));
    }
  }

  Place choose(SplittableRandom random, Weight weight) {
    long at = random.nextLong(bytes(weight));
    for (Content file : files) {
      if (at < size(file, weight)) {
        return new Place(file.name(), (int) at, random.nextInt(8));
      }
      at -= size(file, weight);
    }
    throw new IllegalStateException("the store is empty");
  }

  /** Writes a copy with one bit flipped; the directory must not exist. */
  void write(Path directory, Place place) throws IOException {
    for (Content file : files) {
      Path path = directory.resolve(file.name());
      Files.createDirectories(path.resolveSibling("."));
      byte[] bytes = file.bytes();
      if (file.name().equals(place.file())) {
        bytes = bytes.clone();
        bytes[place.offset()] ^= (byte) (1 << place.bit());
      }
      Files.write(path, bytes);
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
