package io.ebbmesh.protocol.reading;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A dense array in row-major order.
 *
 * @param type element type
 * @param shape extent of each dimension, each at least 0
 * @param data little-endian elements from position 0 to limit; not written after construction
 */
public record Tensor(ElementType type, long[] shape, ByteBuffer data) {

  /** Below it, making direct memory takes longer than the copy that a device then makes. */
  private static final int MIN_DIRECT_BYTES = 4096;

  public Tensor {
    long expected = multiplied(elements(shape), type.bytes(), shape);
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          type
              + " tensor of shape "
              + Arrays.toString(shape)
              + " takes "
              + expected
              + " bytes, not "
              + data.remaining());
    }
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A float32 tensor; {@code values} is copied, into direct memory if it is not short. */
  public static Tensor ofFloats(long[] shape, float... values) {
    int bytes = values.length * Float.BYTES;
    ByteBuffer data =
        bytes < MIN_DIRECT_BYTES ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
    data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return new Tensor(ElementType.FLOAT32, shape, data);
  }

  /** Elements as floats. */
  public float[] floats() {
    if (type != ElementType.FLOAT32) {
      throw new IllegalStateException("tensor is " + type + ", not FLOAT32");
    }
    float[] values = new float[data.remaining() / Float.BYTES];
    data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** Number of elements of a shape. */
  public static long elements(long[] shape) {
    long product = 1;
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(shape));
      }
      product = multiplied(product, extent, shape);
    }
    return product;
  }

  private static long multiplied(long a, long b, long[] shape) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " has more elements than memory can hold", e);
    }
  }
}
