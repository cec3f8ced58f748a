package io.ebbmesh.protocol.insight;

/** What sort of result an insight is. The code is what blocks carry. */
public enum InsightKind {
  CLASSIFICATION(1),
  DETECTION(2),
  ANOMALY(3),
  AGGREGATE(4),
  SAMPLE(5);

  private final int code;

  InsightKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The kind with this code.
   *
   * @throws IllegalArgumentException if no kind has the code
   */
  public static InsightKind ofCode(int code) {
    for (InsightKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown insight kind " + code);
  }
}
