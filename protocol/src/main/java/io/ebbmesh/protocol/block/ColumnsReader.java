package io.ebbmesh.protocol.block;

import io.ebbmesh.protocol.block.BlockException.Reason;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the columns of one block, in the order in which {@link ColumnsWriter} wrote them. */
final class ColumnsReader {

  private static final int MAX_SMALL = Math.max(Insight.MAX_VALUES, 255);

  private final ColumnReader in;
  private final BlockHeader header;
  private final BlockLimits limits;
  private final int rows;
  private final Prediction prediction = new Prediction();
  private final FloatReader floats = new FloatReader(prediction);
  private final long[] codes;
  private final int[] streamIndices;
  private String[] streams = {};

  ColumnsReader(ColumnReader in, BlockHeader header, BlockLimits limits) {
    this.in = in;
    this.header = header;
    this.limits = limits;
    rows = header.count();
    codes = new long[rows];
    streamIndices = new int[rows];
  }

  List<Insight> read() throws BlockException {
    streams = readDictionary(Insight.MAX_STRING_CHARS);
    String[] models = readDictionary(Insight.MAX_STRING_CHARS);
    String[] labels = readDictionary(Insight.MAX_STRING_CHARS);
    String[] deciders = readDictionary(Insight.MAX_STRING_CHARS);
    String[] sources = readDictionary(SourcePosition.MAX_SOURCE_CHARS);
    in.readColumn(codes, rows);
    prediction.decodeStreams(codes, rows, streams.length, streamIndices);
    int[] modelIndices = readIndices(models.length);
    int[] labelIndices = readIndices(labels.length);
    int[] deciderIndices = readIndices(deciders.length);
    int[] sourceIndices = readIndices(sources.length);
    InsightKind[] kinds = readKinds();
    long[] times = readTimes();
    @Nullable SourcePosition[] positions = readPositions(sources, sourceIndices);
    float[] scores = new float[rows];
    floats.read(in, scores, rows, streamIndices, streams.length);
    float[][] values = readValues();
    in.expectEnd();
    Insight[] insights = new Insight[rows];
    for (int i = 0; i < rows; i++) {
      insights[i] =
          new Insight(
              kinds[i],
              streams[streamIndices[i]],
              models[modelIndices[i]],
              labels[labelIndices[i]],
              deciders[deciderIndices[i]],
              times[i],
              scores[i],
              values[i],
              positions[i]);
    }
    return List.of(insights);
  }

  private String[] readDictionary(int maxChars) throws BlockException {
    String[] entries = new String[in.readCount("dictionary entries", rows)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = in.readString(maxChars);
    }
    return entries;
  }

  private int[] readIndices(int entries) throws BlockException {
    int[] indices = new int[rows];
    in.readColumn(codes, rows);
    prediction.decodeIndices(codes, rows, streamIndices, streams.length, entries, indices);
    return indices;
  }

  private int[] readSmall() throws BlockException {
    int[] values = new int[rows];
    in.readColumn(codes, rows);
    prediction.decodeSmall(codes, rows, streamIndices, streams.length, MAX_SMALL, values);
    return values;
  }

  private InsightKind[] readKinds() throws BlockException {
    int[] kindCodes = readSmall();
    InsightKind[] kinds = new InsightKind[rows];
    for (int i = 0; i < rows; i++) {
      try {
        kinds[i] = InsightKind.ofCode(kindCodes[i]);
      } catch (IllegalArgumentException e) {
        throw BlockLayout.tooNew("has an " + e.getMessage());
      }
    }
    return kinds;
  }

  private long[] readTimes() throws BlockException {
    int mode = in.readByte();
    if (mode > Prediction.TIME_STREAM_MEAN) {
      throw BlockLayout.damaged("has times of unknown form " + mode);
    }
    long[] times = new long[rows];
    in.readColumn(codes, rows);
    prediction.decodeTimes(
        mode, header.base().monotonicNanos(), codes, rows, streamIndices, streams.length, times);
    return times;
  }

  private @Nullable SourcePosition[] readPositions(String[] sources, int[] indices)
      throws BlockException {
    long[] last = new long[sources.length];
    long[] found = new long[rows];
    int steps = 0;
    for (int i = 0; i < rows; i++) {
      int source = indices[i];
      if (sources[source].isEmpty()) {
        continue;
      }
      if (last[source] == 0) {
        last[source] = checkedPosition(in.readVarint());
        found[i] = last[source];
      } else {
        steps++;
      }
    }
    in.readColumn(codes, steps);
    @Nullable SourcePosition[] positions = new SourcePosition[rows];
    int step = 0;
    for (int i = 0; i < rows; i++) {
      int source = indices[i];
      if (sources[source].isEmpty()) {
        continue;
      }
      if (found[i] == 0) {
        found[i] = checkedPosition(last[source] + 1 + Prediction.unzigzag(codes[step++]));
      }
      last[source] = found[i];
      positions[i] = new SourcePosition(sources[source], found[i]);
    }
    return positions;
  }

  private static long checkedPosition(long position) throws BlockException {
    if (position < 1) {
      throw BlockLayout.damaged("has the source position " + position);
    }
    return position;
  }

  private float[][] readValues() throws BlockException {
    int[] counts = readSmall();
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    if (total * Float.BYTES > limits.maxPlainBytes()) {
      throw new BlockException(
          Reason.OVER_LIMIT,
          "block declares "
              + total * Float.BYTES
              + " bytes of values, limit is "
              + limits.maxPlainBytes());
    }
    float[][] values = new float[rows][];
    int[] active = new int[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = new float[counts[i]];
      active[i] = i;
    }
    float[] column = new float[rows];
    int[] columnStreams = new int[rows];
    int left = rows;
    for (int j = 0; ; j++) {
      left = keepLonger(counts, active, j, left);
      if (left < ColumnsWriter.MIN_VALUE_ROWS) {
        readRest(values, active, j, left);
        return values;
      }
      for (int i = 0; i < left; i++) {
        columnStreams[i] = streamIndices[active[i]];
      }
      floats.read(in, column, left, columnStreams, streams.length);
      for (int i = 0; i < left; i++) {
        values[active[i]][j] = column[i];
      }
    }
  }

  private static int keepLonger(int[] counts, int[] active, int length, int left) {
    int kept = 0;
    for (int i = 0; i < left; i++) {
      if (counts[active[i]] > length) {
        active[kept++] = active[i];
      }
    }
    return kept;
  }

  private void readRest(float[][] values, int[] active, int from, int left) throws BlockException {
    int size = 0;
    for (int i = 0; i < left; i++) {
      size += values[active[i]].length - from;
    }
    float[] rest = new float[size];
    floats.read(in, rest, size, new int[size], 1);
    int at = 0;
    for (int i = 0; i < left; i++) {
      float[] row = values[active[i]];
      System.arraycopy(rest, at, row, from, row.length - from);
      at += row.length - from;
    }
  }
}
