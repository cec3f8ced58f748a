package io.ebbmesh.protocol.block;

/** Writes columns of floats in the form that takes the fewest bits. Not thread-safe. */
final class FloatWriter {

  private final Prediction prediction;
  private int[] numbers = new int[64];
  private long[] codes = new long[64];
  private long[] otherCodes = new long[64];
  private float lastStep;

  FloatWriter(Prediction prediction) {
    this.prediction = prediction;
  }

  /** Forgets the columns of the block before. */
  void start() {
    lastStep = 0;
  }

  void write(ColumnWriter out, float[] values, int rows, int[] streams, int streamEntries) {
    if (rows == 0) {
      return;
    }
    if (numbers.length < rows) {
      int room = Math.max(rows, numbers.length * 2);
      numbers = new int[room];
      codes = new long[room];
      otherCodes = new long[room];
    }
    if (isConstant(values, rows)) {
      out.writeByte(FloatColumn.CONSTANT);
      out.writeInt(Float.floatToRawIntBits(values[0]));
      return;
    }
    float step = 0;
    int decimals = -1;
    boolean again = lastStep > 0 && FloatColumn.fits(lastStep, values, rows, numbers);
    if (!again) {
      step = FloatColumn.step(values, rows, numbers);
      if (step == 0) {
        decimals = FloatColumn.decimals(values, rows, numbers);
        if (decimals < 0) {
          for (int i = 0; i < rows; i++) {
            numbers[i] = FloatColumn.ordered(values[i]);
          }
        }
      }
    }
    int predictor = choosePrediction(rows, streams, streamEntries);
    if (again) {
      out.writeByte(FloatColumn.GRID_AGAIN | predictor << 4);
    } else if (step != 0) {
      out.writeByte(FloatColumn.GRID | predictor << 4);
      out.writeInt(Float.floatToRawIntBits(step));
      lastStep = step;
    } else if (decimals >= 0) {
      out.writeByte(FloatColumn.DECIMAL | predictor << 4);
      out.writeByte(decimals);
    } else {
      out.writeByte(FloatColumn.BITS | predictor << 4);
    }
    out.writeColumn(codes, rows);
  }

  private static boolean isConstant(float[] values, int rows) {
    for (int i = 1; i < rows; i++) {
      if (!FloatColumn.same(values[i], values[0])) {
        return false;
      }
    }
    return true;
  }

  /** Leaves the codes of the best prediction in {@link #codes}. */
  private int choosePrediction(int rows, int[] streams, int streamEntries) {
    int best = Prediction.NONE;
    prediction.encodeNumbers(best, numbers, rows, streams, streamEntries, codes);
    long bestBits = Prediction.bits(codes, rows);
    for (int mode = Prediction.PREVIOUS; mode <= Prediction.STREAM; mode++) {
      if (mode == Prediction.STREAM && streamEntries < 2) {
        break;
      }
      prediction.encodeNumbers(mode, numbers, rows, streams, streamEntries, otherCodes);
      long bits = Prediction.bits(otherCodes, rows);
      if (bits < bestBits) {
        long[] swap = codes;
        codes = otherCodes;
        otherCodes = swap;
        best = mode;
        bestBits = bits;
      }
    }
    return best;
  }
}
