package io.ebbmesh.protocol.block;

/** Reads what {@link FloatWriter} wrote. */
final class FloatReader {

  private final Prediction prediction;
  private long[] codes = new long[64];
  private int[] numbers = new int[64];
  private float lastStep;

  FloatReader(Prediction prediction) {
    this.prediction = prediction;
  }

  void read(ColumnReader in, float[] values, int rows, int[] streams, int streamEntries)
      throws BlockException {
    if (rows == 0) {
      return;
    }
    int head = in.readByte();
    int form = head & 0x0F;
    int predictor = head >>> 4;
    if (form > FloatColumn.GRID_AGAIN || predictor > Prediction.STREAM) {
      throw BlockLayout.damaged("has a float column of unknown form " + head);
    }
    if (form == FloatColumn.CONSTANT) {
      float value = Float.intBitsToFloat(in.readInt());
      for (int i = 0; i < rows; i++) {
        values[i] = value;
      }
      return;
    }
    int decimals = 0;
    if (form == FloatColumn.DECIMAL) {
      decimals = in.readCount("decimals", FloatColumn.MAX_DECIMALS);
    } else if (form == FloatColumn.GRID) {
      lastStep = Float.intBitsToFloat(in.readInt());
    }
    if (codes.length < rows) {
      codes = new long[rows];
      numbers = new int[rows];
    }
    in.readColumn(codes, rows);
    prediction.decodeNumbers(predictor, codes, rows, streams, streamEntries, numbers);
    for (int i = 0; i < rows; i++) {
      if (form == FloatColumn.BITS) {
        values[i] = FloatColumn.ofOrdered(numbers[i]);
      } else if (form == FloatColumn.DECIMAL) {
        values[i] = FloatColumn.ofDecimal(numbers[i], decimals);
      } else {
        values[i] = numbers[i] * lastStep;
      }
    }
  }
}
