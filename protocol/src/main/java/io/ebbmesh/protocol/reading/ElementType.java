package io.ebbmesh.protocol.reading;

/** Element types of tensors, with their width in bytes. The code is what frames carry. */
public enum ElementType {
  FLOAT32(1, 4),
  FLOAT64(2, 8),
  INT8(3, 1),
  UINT8(4, 1),
  INT32(5, 4),
  INT64(6, 8);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  public int code() {
    return code;
  }

  public int bytes() {
    return bytes;
  }

  /**
   * The type with this code.
   *
   * @throws IllegalArgumentException if no type has the code
   */
  public static ElementType ofCode(int code) {
    for (ElementType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown tensor element type " + code);
  }
}
