package io.ebbmesh.node.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether this node's site gives way to another site that formed beside it.
 *
 * <p>Pekko never merges two clusters, and two can form while the LAN is cut. The smaller gives way;
 * of two equal ones the one whose lowest address is higher. Both sides come to the same verdict
 * because each judges by the same two lists. A verdict must be seen {@value #CONFIRMATIONS} times
 * in a row, because a list may be on its way to become the other.
 */
final class Islands {

  static final int CONFIRMATIONS = 2;

  private final Map<String, Integer> seen = new LinkedHashMap<>();

  /**
   * Takes what a seed said.
   *
   * @param self address of this node
   * @param mine members of this node's site, ascending; empty if it is in none
   * @param other members of the site of the seed, ascending; empty if it is in none
   * @return whether to leave and join the other site
   */
  boolean givesWay(String self, List<String> mine, List<String> other) {
    if (other.isEmpty()) {
      return false;
    }
    String theirs = other.get(0);
    if (mine.isEmpty()
        || other.contains(self)
        || mine.contains(theirs)
        || mine.size() > other.size()
        || (mine.size() == other.size() && mine.get(0).compareTo(theirs) < 0)) {
      seen.remove(theirs);
      return false;
    }
    return seen.merge(theirs, 1, Integer::sum) >= CONFIRMATIONS;
  }
}
