package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The formats of trace files, told apart by their first line that is no comment. */
public enum TraceFormat {
  /** {@link MahimahiTrace}, one file for both directions. */
  MAHIMAHI("mahimahi (a whole millisecond a line)"),

  /** Downlink rates once a second. */
  NYU_METS("NYU-METS (lines like 1.5,Mbits/sec)"),

  /** Ping windows of a dish on a car. */
  STARLINK_ROAD("Starlink on the Road (header timestamp_start,...)"),

  /** State of a dish on a ship. */
  FJORDLINK("FjordLink (header t_ms,state,...)"),

  /** The project's own. */
  EBBMESH("ebbmesh (header " + EbbmeshTrace.HEADER + ")"),

  /** {@link ContactPlan}, which holds a schedule for each pair and not one. */
  CONTACT_PLAN("contact plan (header " + ContactPlan.HEADER + ")");

  private final String description;

  TraceFormat(String description) {
    this.description = description;
  }

  /**
   * @throws TraceException if the file is of no format known; the message lists those
   */
  public static TraceFormat detect(Path file) {
    try (TraceLines lines = TraceLines.open(file)) {
      TraceLine first = lines.first();
      List<String> fields = first.fields();
      if (MahimahiTrace.looksLike(first.text())) {
        return MAHIMAHI;
      }
      if (NyuMetsTrace.looksLike(fields)) {
        return NYU_METS;
      }
      if (fields.contains(StarlinkRoadTrace.START)) {
        return STARLINK_ROAD;
      }
      if (fields.contains(FjordLinkTrace.TIME) && fields.contains(FjordLinkTrace.STATE)) {
        return FJORDLINK;
      }
      if (fields.contains(EbbmeshTrace.TIME) && fields.contains(EbbmeshTrace.UP)) {
        return EBBMESH;
      }
      if (fields.contains(ContactPlan.NODE_A) || fields.contains(ContactPlan.NODE_B)) {
        return CONTACT_PLAN;
      }
      throw first.wrong("no format begins like this", "Formats are " + known());
    }
  }

  /**
   * The schedule that a file of this format holds.
   *
   * @throws TraceException if the file is not what it should be, or is a contact plan
   */
  public LinkSchedule read(Path file) {
    return switch (this) {
      case MAHIMAHI -> MahimahiTrace.read(file);
      case NYU_METS -> NyuMetsTrace.read(file);
      case STARLINK_ROAD -> StarlinkRoadTrace.read(file);
      case FJORDLINK -> FjordLinkTrace.read(file);
      case EBBMESH -> EbbmeshTrace.read(file);
      case CONTACT_PLAN ->
          throw new TraceException(
              file, "a contact plan holds a link for each pair", "Name the two nodes.");
    };
  }

  private static String known() {
    return Stream.of(values()).map(format -> format.description).collect(Collectors.joining("; "));
  }
}
