package io.ebbmesh.protocol.block;

/** How a column of floats becomes a column of whole numbers; exact, bit for bit. */
final class FloatColumn {

  /** One value for all rows. */
  static final int CONSTANT = 0;

  /** The bits, in an order in which close floats are close numbers. */
  static final int BITS = 1;

  /** Decimal fractions: number / 10^e, rounded to float. */
  static final int DECIMAL = 2;

  /** Quantised values: number * step in float arithmetic. */
  static final int GRID = 3;

  /** {@link #GRID} with the step of the grid column before. */
  static final int GRID_AGAIN = 4;

  static final int MAX_DECIMALS = 5;

  private static final double[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000};
  private static final int MAX_GRID_NUMBER = 4_096;
  private static final int MAX_DECIMAL_NUMBER = 1 << 20;

  private FloatColumn() {}

  /** Whole numbers in the order of floats; its own inverse is {@link #ofOrdered}. */
  static int ordered(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ ((bits >> 31) & 0x7FFF_FFFF);
  }

  static float ofOrdered(int number) {
    return Float.intBitsToFloat(number ^ ((number >> 31) & 0x7FFF_FFFF));
  }

  static float ofDecimal(int number, int decimals) {
    return (float) (number / POWERS[decimals]);
  }

  static boolean same(float a, float b) {
    return Float.floatToRawIntBits(a) == Float.floatToRawIntBits(b);
  }

  /** Decimals that all values have, with their numbers; or -1 if they are not decimal fractions. */
  static int decimals(float[] values, int rows, int[] numbers) {
    int decimals = 0;
    for (int i = 0; i < rows; i++) {
      while (!isDecimal(values[i], decimals)) {
        if (++decimals > MAX_DECIMALS) {
          return -1;
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      numbers[i] = (int) Math.rint(values[i] * POWERS[decimals]);
      if (!isDecimal(values[i], decimals)) {
        return -1;
      }
    }
    return decimals;
  }

  private static boolean isDecimal(float value, int decimals) {
    double number = Math.rint(value * POWERS[decimals]);
    return Math.abs(number) <= MAX_DECIMAL_NUMBER && same(value, ofDecimal((int) number, decimals));
  }

  /** Step of which all values are multiples, with the multiples; or 0 if there is none. */
  static float step(float[] values, int rows, int[] numbers) {
    float largest = 0;
    for (int i = 0; i < rows; i++) {
      float value = Math.abs(values[i]);
      if (!(value <= Float.MAX_VALUE)) {
        return 0;
      }
      largest = Math.max(largest, value);
    }
    double guess = commonDivisor(values, rows, largest);
    if (guess == 0) {
      return 0;
    }
    float step = (float) (largest / Math.rint(largest / guess));
    for (float candidate :
        new float[] {
          step, Math.nextUp(step), Math.nextDown(step), Math.nextUp(Math.nextUp(step))
        }) {
      if (fits(candidate, values, rows, numbers)) {
        return candidate;
      }
    }
    return 0;
  }

  /** Whether all values are multiples of {@code step}; if so {@code numbers} are the multiples. */
  static boolean fits(float step, float[] values, int rows, int[] numbers) {
    double inverse = 1.0 / step;
    for (int i = 0; i < rows; i++) {
      int number = (int) Math.rint(values[i] * inverse);
      if (!same(number * step, values[i]) || Math.abs(number) > MAX_GRID_NUMBER) {
        return false;
      }
      numbers[i] = number;
    }
    return true;
  }

  /** Euclid's algorithm with room for the rounding of floats; 0 if the values have no such step. */
  private static double commonDivisor(float[] values, int rows, float largest) {
    double smallest = largest / (double) MAX_GRID_NUMBER;
    double tolerance = smallest / 8;
    double divisor = largest;
    for (int i = 0; i < rows && divisor > 0; i++) {
      double rest = remainder(values[i], divisor);
      while (rest > tolerance) {
        if (rest < smallest) {
          return 0;
        }
        double next = remainder(divisor, rest);
        divisor = rest;
        rest = next;
        if (rest <= tolerance) {
          // The largest value is a multiple too, and the one that is known best.
          divisor = largest / Math.rint(largest / divisor);
        }
      }
    }
    return divisor;
  }

  private static double remainder(double value, double divisor) {
    return Math.abs(value - Math.rint(value / divisor) * divisor);
  }
}
