package io.ebbmesh.protocol.block;

import java.util.Arrays;

/** Writes the columns of one block, in the order of the format. Not thread-safe. */
final class ColumnsWriter {

  /** Value columns with fewer rows than this are not worth a column each. */
  static final int MIN_VALUE_ROWS = 8;

  private final ColumnWriter out = new ColumnWriter();
  private final Prediction prediction = new Prediction();
  private final FloatWriter floats = new FloatWriter(prediction);
  private int rows;
  private StringColumn streams = new StringColumn();
  private long[] codes = new long[64];
  private long[] otherCodes = new long[64];
  private float[] column = new float[64];
  private int[] columnStreams = new int[64];
  private int[] active = new int[64];
  private int[] offsets = new int[64];

  void start(int blockRows, StringColumn blockStreams) {
    out.clear();
    floats.start();
    rows = blockRows;
    streams = blockStreams;
    if (codes.length < rows) {
      int room = Math.max(rows, codes.length * 2);
      codes = new long[room];
      otherCodes = new long[room];
      columnStreams = new int[room];
      active = new int[room];
      offsets = new int[room];
    }
  }

  ColumnWriter written() {
    return out;
  }

  /** The streams come first, everything else is predicted from them. */
  void writeStrings(StringColumn first, StringColumn... others) {
    writeDictionary(first);
    for (StringColumn other : others) {
      writeDictionary(other);
    }
    prediction.encodeStreams(first.indices(), rows, first.size(), codes);
    out.writeColumn(codes, rows);
    for (StringColumn other : others) {
      prediction.encodeIndices(other.indices(), rows, first.indices(), first.size(), codes);
      out.writeColumn(codes, rows);
    }
  }

  private void writeDictionary(StringColumn strings) {
    out.writeVarint(strings.size());
    for (int i = 0; i < strings.size(); i++) {
      out.writeString(strings.entry(i));
    }
  }

  void writeSmall(int[] values) {
    prediction.encodeSmall(values, rows, streams.indices(), streams.size(), codes);
    out.writeColumn(codes, rows);
  }

  void writeTimes(long base, long[] times) {
    int best = Prediction.TIME_PREVIOUS;
    prediction.encodeTimes(best, base, times, rows, streams.indices(), streams.size(), codes);
    long bestBits = Prediction.bits(codes, rows);
    for (int mode = Prediction.TIME_STREAM; mode <= Prediction.TIME_STREAM_MEAN; mode++) {
      prediction.encodeTimes(
          mode, base, times, rows, streams.indices(), streams.size(), otherCodes);
      long bits = Prediction.bits(otherCodes, rows);
      if (bits < bestBits) {
        long[] swap = codes;
        codes = otherCodes;
        otherCodes = swap;
        best = mode;
        bestBits = bits;
      }
    }
    out.writeByte(best);
    out.writeColumn(codes, rows);
  }

  /** The first position of each source, then the steps of the others beyond one. */
  void writePositions(StringColumn sources, long[] positions) {
    int[] indices = sources.indices();
    long[] last = new long[sources.size()];
    int steps = 0;
    for (int i = 0; i < rows; i++) {
      int source = indices[i];
      if (positions[i] == 0) {
        continue;
      }
      if (last[source] == 0) {
        out.writeVarint(positions[i]);
      } else {
        codes[steps++] = Prediction.zigzag(positions[i] - last[source] - 1);
      }
      last[source] = positions[i];
    }
    out.writeColumn(codes, steps);
  }

  void writeScores(float[] scores) {
    floats.write(out, scores, rows, streams.indices(), streams.size());
  }

  /**
   * Value {@code j} of all rows that have one, for each {@code j}; once few rows are left, all the
   * rest of each of them.
   *
   * @param values of all rows, row after row
   */
  void writeValues(int[] valueCounts, float[] values, int total) {
    writeSmall(valueCounts);
    if (column.length < Math.max(rows, total)) {
      column = new float[Math.max(total, rows)];
    }
    int offset = 0;
    int left = 0;
    for (int i = 0; i < rows; i++) {
      offsets[i] = offset;
      offset += valueCounts[i];
      active[i] = i;
    }
    left = rows;
    for (int j = 0; ; j++) {
      left = keepLonger(valueCounts, j, left);
      if (left < MIN_VALUE_ROWS) {
        writeRest(valueCounts, values, j, left);
        return;
      }
      for (int i = 0; i < left; i++) {
        column[i] = values[offsets[active[i]] + j];
        columnStreams[i] = streams.indices()[active[i]];
      }
      floats.write(out, column, left, columnStreams, streams.size());
    }
  }

  private int keepLonger(int[] valueCounts, int length, int left) {
    int kept = 0;
    for (int i = 0; i < left; i++) {
      if (valueCounts[active[i]] > length) {
        active[kept++] = active[i];
      }
    }
    return kept;
  }

  private void writeRest(int[] valueCounts, float[] values, int from, int left) {
    int size = 0;
    for (int i = 0; i < left; i++) {
      int row = active[i];
      int length = valueCounts[row] - from;
      System.arraycopy(values, offsets[row] + from, column, size, length);
      size += length;
    }
    if (columnStreams.length < size) {
      columnStreams = new int[size];
    }
    Arrays.fill(columnStreams, 0, size, 0);
    floats.write(out, column, size, columnStreams, 1);
  }
}
