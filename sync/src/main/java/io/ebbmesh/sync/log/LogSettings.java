package io.ebbmesh.sync.log;

import com.typesafe.config.Config;

/**
 * The named limits of a segment log; see {@code ebbmesh.sync.log} in {@code reference.conf}.
 *
 * @param segmentBytes size of a segment file
 * @param maxRecordBytes largest body of one record, and of all records of one atomic write together
 * @param recycledFiles emptied files that are kept to be written again; more are removed
 * @param maxTrimRanges ranges of given-up sequence numbers that one persistence id may have
 * @param maxIssues issues that the damage report keeps in full; later ones are only counted
 */
public record LogSettings(
    int segmentBytes, int maxRecordBytes, int recycledFiles, int maxTrimRanges, int maxIssues) {

  static final int MIN_SEGMENT_BYTES = 32 * 1024;

  public LogSettings {
    if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes % SegmentHeader.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.log.segment-size is "
              + segmentBytes
              + " bytes: choose a multiple of 4 KiB, at least 32 KiB");
    }
    if (maxRecordBytes < 1 || maxRecordBytes > segmentBytes / 4) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.log.max-record-size is "
              + maxRecordBytes
              + " bytes: choose at most a quarter of segment-size ("
              + segmentBytes / 4
              + " bytes)");
    }
    if (recycledFiles < 1 || maxTrimRanges < 1 || maxIssues < 1) {
      throw new IllegalArgumentException(
          "recycled-files, max-trim-ranges and max-issues of ebbmesh.sync.log must be at least 1");
    }
  }

  /** What may be written between two syncs, so that a lost tail is bounded. */
  int gatherBytes() {
    return segmentBytes / 4;
  }

  /** Reads the section {@code ebbmesh.sync.log}. */
  public static LogSettings of(Config section) {
    return new LogSettings(
        Math.toIntExact(section.getMemorySize("segment-size").toBytes()),
        Math.toIntExact(section.getMemorySize("max-record-size").toBytes()),
        section.getInt("recycled-files"),
        section.getInt("max-trim-ranges"),
        section.getInt("max-issues"));
  }
}
