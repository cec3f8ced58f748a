package io.ebbmesh.sim.report;

import java.util.Locale;

/** What a run says to people. */
public final class Terminal {

  private Terminal() {}

  /** Prints a line, with numbers as everywhere in the program. */
  @SuppressWarnings("AnnotateFormatMethod")
  public static void line(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
