package io.ebbmesh.sim.backlog;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What became of a session whose link fell silent.
 *
 * @param limitSeconds in which both ends must notice: their deadline, and what a busy machine needs
 * @param busy while the node makes insights
 * @param idle while it has nothing to say
 */
record HalfOpenReport(double limitSeconds, Silence busy, Silence idle, Ledger books) {

  /**
   * One silence, in seconds.
   *
   * @param node from the cut until the node ended the session
   * @param hub from the cut until the hub ended it
   * @param lasted until the link was good again
   * @param connected from then on until there was a session again
   * @param drained from then on until the hub had everything that was made
   */
  record Silence(double node, double hub, double lasted, double connected, double drained) {

    boolean isNoticedWithin(double seconds) {
      return node <= seconds && hub <= seconds;
    }
  }

  @JsonProperty
  boolean holds() {
    return busy.isNoticedWithin(limitSeconds)
        && idle.isNoticedWithin(limitSeconds)
        && books.complete();
  }
}
