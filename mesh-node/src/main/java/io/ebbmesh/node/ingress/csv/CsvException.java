package io.ebbmesh.node.ingress.csv;

/** A CSV file or one of its lines cannot be used; the message names file, line and remedy. */
public final class CsvException extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean skippable;

  private CsvException(String message, boolean skippable) {
    super(message);
    this.skippable = skippable;
  }

  static CsvException ofFile(String message) {
    return new CsvException(message, false);
  }

  static CsvException ofLine(String message) {
    return new CsvException(message, true);
  }

  /** Whether only one line is bad, so that reading may go on with the next. */
  public boolean skippable() {
    return skippable;
  }
}
