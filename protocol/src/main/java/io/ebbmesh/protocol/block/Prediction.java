package io.ebbmesh.protocol.block;

import java.util.Arrays;

/**
 * Turns numbers into how they differ from what the same stream had last, and back.
 *
 * <p>Writer and reader run the very same steps, so whatever is remembered here is part of the
 * format. Not thread-safe: it keeps its memory between calls.
 */
final class Prediction {

  /** Numbers as they are. */
  static final int NONE = 0;

  /** Difference to the row before. */
  static final int PREVIOUS = 1;

  /** Difference to the row of the same stream before. */
  static final int STREAM = 2;

  /** Times: difference to the row before. */
  static final int TIME_PREVIOUS = 0;

  /** Times: change of the difference to the row of the same stream before. */
  static final int TIME_STREAM = 1;

  /** Times: like {@link #TIME_STREAM}, against a mean that an eighth of each change moves. */
  static final int TIME_STREAM_MEAN = 2;

  private static final int MEAN_SHIFT = 3;
  private static final int UNSEEN = -1;

  private int[] last = new int[64];
  private boolean[] seen = new boolean[64];
  private long[] lastTime = new long[64];
  private long[] interval = new long[64];
  private boolean[] hasInterval = new boolean[64];

  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private void prepare(int keys) {
    if (last.length < keys) {
      int room = Math.max(keys, last.length * 2);
      last = new int[room];
      seen = new boolean[room];
      lastTime = new long[room];
      interval = new long[room];
      hasInterval = new boolean[room];
    }
  }

  /**
   * Codes of the stream column: each stream is predicted to be the one that followed the same
   * stream last time. 0: as predicted; 1: the next new entry; else index + 2.
   */
  void encodeStreams(int[] streams, int rows, int entries, long[] codes) {
    prepare(entries + 1);
    Arrays.fill(last, 0, entries + 1, UNSEEN);
    int known = 0;
    int key = 0;
    for (int i = 0; i < rows; i++) {
      int stream = streams[i];
      if (stream == last[key]) {
        codes[i] = 0;
      } else if (stream == known) {
        codes[i] = 1;
        known++;
      } else {
        codes[i] = stream + 2L;
      }
      last[key] = stream;
      key = stream + 1;
    }
  }

  void decodeStreams(long[] codes, int rows, int entries, int[] streams) throws BlockException {
    prepare(entries + 1);
    Arrays.fill(last, 0, entries + 1, UNSEEN);
    int known = 0;
    int key = 0;
    for (int i = 0; i < rows; i++) {
      int stream = decode(codes[i], last[key], known, entries);
      known += stream == known ? 1 : 0;
      streams[i] = stream;
      last[key] = stream;
      key = stream + 1;
    }
  }

  /**
   * Codes of another dictionary column: predicted to be what the same stream had last, or for a
   * stream's first row what the row before had.
   */
  void encodeIndices(int[] indices, int rows, int[] streams, int streamEntries, long[] codes) {
    prepare(streamEntries);
    Arrays.fill(last, 0, streamEntries, UNSEEN);
    int known = 0;
    int previous = UNSEEN;
    for (int i = 0; i < rows; i++) {
      int predicted = last[streams[i]] == UNSEEN ? previous : last[streams[i]];
      int index = indices[i];
      if (index == predicted) {
        codes[i] = 0;
      } else if (index == known) {
        codes[i] = 1;
        known++;
      } else {
        codes[i] = index + 2L;
      }
      last[streams[i]] = index;
      previous = index;
    }
  }

  void decodeIndices(
      long[] codes, int rows, int[] streams, int streamEntries, int entries, int[] indices)
      throws BlockException {
    prepare(streamEntries);
    Arrays.fill(last, 0, streamEntries, UNSEEN);
    int known = 0;
    int previous = UNSEEN;
    for (int i = 0; i < rows; i++) {
      int predicted = last[streams[i]] == UNSEEN ? previous : last[streams[i]];
      int index = decode(codes[i], predicted, known, entries);
      known += index == known ? 1 : 0;
      indices[i] = index;
      last[streams[i]] = index;
      previous = index;
    }
  }

  private static int decode(long code, int predicted, int known, int entries)
      throws BlockException {
    long index = code == 0 ? predicted : code == 1 ? known : code - 2;
    if (index < 0 || index > known || index >= entries || (index == known && code != 1)) {
      throw BlockLayout.damaged("has an index outside its dictionary");
    }
    return (int) index;
  }

  /** Small numbers that a stream seldom changes. 0: as predicted; else value + 1. */
  void encodeSmall(int[] values, int rows, int[] streams, int streamEntries, long[] codes) {
    prepare(streamEntries);
    Arrays.fill(last, 0, streamEntries, UNSEEN);
    int previous = UNSEEN;
    for (int i = 0; i < rows; i++) {
      int predicted = last[streams[i]] == UNSEEN ? previous : last[streams[i]];
      codes[i] = values[i] == predicted ? 0 : values[i] + 1L;
      last[streams[i]] = values[i];
      previous = values[i];
    }
  }

  void decodeSmall(long[] codes, int rows, int[] streams, int streamEntries, int max, int[] values)
      throws BlockException {
    prepare(streamEntries);
    Arrays.fill(last, 0, streamEntries, UNSEEN);
    int previous = UNSEEN;
    for (int i = 0; i < rows; i++) {
      int predicted = last[streams[i]] == UNSEEN ? previous : last[streams[i]];
      long value = codes[i] == 0 ? predicted : codes[i] - 1;
      if (value < 0 || value > max) {
        throw BlockLayout.damaged("has " + value + " where at most " + max + " is known");
      }
      values[i] = (int) value;
      last[streams[i]] = (int) value;
      previous = (int) value;
    }
  }

  /**
   * Differences of numbers, zigzag coded. They wrap around at 32 bits, so none takes more.
   *
   * @param streams index of each row's stream, or all 0 if it does not matter
   */
  void encodeNumbers(
      int mode, int[] numbers, int rows, int[] streams, int streamEntries, long[] codes) {
    prepare(streamEntries);
    Arrays.fill(seen, 0, streamEntries, false);
    int previous = 0;
    for (int i = 0; i < rows; i++) {
      int number = numbers[i];
      int difference = number - predicted(mode, previous, streams[i]);
      codes[i] = ((difference << 1) ^ (difference >> 31)) & 0xFFFF_FFFFL;
      previous = number;
      last[streams[i]] = number;
      seen[streams[i]] = true;
    }
  }

  void decodeNumbers(
      int mode, long[] codes, int rows, int[] streams, int streamEntries, int[] numbers)
      throws BlockException {
    prepare(streamEntries);
    Arrays.fill(seen, 0, streamEntries, false);
    int previous = 0;
    for (int i = 0; i < rows; i++) {
      if (codes[i] >>> 32 != 0) {
        throw BlockLayout.damaged("has a number of more than 32 bits");
      }
      int code = (int) codes[i];
      int number = ((code >>> 1) ^ -(code & 1)) + predicted(mode, previous, streams[i]);
      numbers[i] = number;
      previous = number;
      last[streams[i]] = number;
      seen[streams[i]] = true;
    }
  }

  private int predicted(int mode, int previous, int stream) {
    if (mode == NONE) {
      return 0;
    }
    return mode == STREAM && seen[stream] ? last[stream] : previous;
  }

  /** Differences of times, zigzag coded. */
  void encodeTimes(
      int mode, long base, long[] times, int rows, int[] streams, int streamEntries, long[] codes) {
    startTimes(streamEntries);
    long previous = base;
    long anyInterval = 0;
    for (int i = 0; i < rows; i++) {
      long predicted = predictedTime(mode, previous, streams[i], anyInterval);
      codes[i] = zigzag(times[i] - predicted);
      anyInterval = seenTime(mode, streams[i], times[i], anyInterval);
      previous = times[i];
    }
  }

  void decodeTimes(
      int mode, long base, long[] codes, int rows, int[] streams, int streamEntries, long[] times) {
    startTimes(streamEntries);
    long previous = base;
    long anyInterval = 0;
    for (int i = 0; i < rows; i++) {
      long predicted = predictedTime(mode, previous, streams[i], anyInterval);
      times[i] = unzigzag(codes[i]) + predicted;
      anyInterval = seenTime(mode, streams[i], times[i], anyInterval);
      previous = times[i];
    }
  }

  private void startTimes(int streamEntries) {
    prepare(streamEntries);
    Arrays.fill(seen, 0, streamEntries, false);
    Arrays.fill(hasInterval, 0, streamEntries, false);
  }

  private long predictedTime(int mode, long previous, int stream, long anyInterval) {
    if (mode == TIME_PREVIOUS || !seen[stream]) {
      return previous;
    }
    return lastTime[stream] + (hasInterval[stream] ? interval[stream] : anyInterval);
  }

  /** Returns the interval to expect of a stream that was seen only once. */
  private long seenTime(int mode, int stream, long time, long anyInterval) {
    long latest = anyInterval;
    if (seen[stream]) {
      long now = time - lastTime[stream];
      boolean mean = mode == TIME_STREAM_MEAN && hasInterval[stream];
      interval[stream] = mean ? interval[stream] + ((now - interval[stream]) >> MEAN_SHIFT) : now;
      hasInterval[stream] = true;
      latest = interval[stream];
    }
    seen[stream] = true;
    lastTime[stream] = time;
    return latest;
  }

  /** Bits that the codes take: how good a prediction is. */
  static long bits(long[] codes, int rows) {
    long bits = 0;
    for (int i = 0; i < rows; i++) {
      bits += 64 - Long.numberOfLeadingZeros(codes[i]);
    }
    return bits;
  }
}
