package io.ebbmesh.sim.backlog;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What a node costs that does nothing, and what it writes when it does something.
 *
 * @param residentBytes memory of the idle node, in a session with its hub
 * @param idleSeconds for which it was watched
 * @param diskBytesPerHour extrapolated from that time
 * @param writeCallsPerHour the same of write system calls, heartbeats to the hub among them
 * @param diskBytesCounted what counts as written to the disk
 * @param fast insights as fast as they are accepted
 * @param paced insights at a pace, so each in a block of its own
 */
@JsonPropertyOrder({"residentBytes", "threads", "diskBytesPerHour", "writeCallsPerHour"})
record IdleReport(
    long residentBytes,
    int threads,
    double diskBytesPerHour,
    double writeCallsPerHour,
    double idleSeconds,
    String diskBytesCounted,
    Written fast,
    Written paced,
    Ledger books) {

  /**
   * What was written for some insights, their acknowledgement included.
   *
   * @param perSecond insights
   * @param payloadBytes of them as protobuf
   * @param diskBytes written meanwhile
   * @param amplification disk bytes over payload
   */
  record Written(
      double perSecond, long insights, long payloadBytes, long diskBytes, double amplification) {

    static Written of(double seconds, long insights, double insightBytes, long diskBytes) {
      double payload = insights * insightBytes;
      return new Written(
          insights / seconds, insights, (long) payload, diskBytes, diskBytes / payload);
    }
  }

  boolean holds() {
    return books.complete();
  }
}
