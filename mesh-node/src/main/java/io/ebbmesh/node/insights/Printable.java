package io.ebbmesh.node.insights;

/** Text for a terminal, which what a node wrote must not steer. */
public final class Printable {

  private Printable() {}

  /** The text with a question mark for each character that a terminal would obey. */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text);
    for (int i = 0; i < printable.length(); i++) {
      if (Character.isISOControl(printable.charAt(i))) {
        printable.setCharAt(i, '?');
      }
    }
    return printable.toString();
  }
}
