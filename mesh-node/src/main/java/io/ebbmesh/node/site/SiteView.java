package io.ebbmesh.node.site;

import java.util.List;

/**
 * What a node knows of its site at one moment.
 *
 * @param state how this node stands in the site
 * @param members nodes of the site, this one included, ordered by address; empty unless {@link
 *     State#UP}
 * @param rebuilds how often the connection to the site was built anew since the start
 */
public record SiteView(State state, List<Member> members, long rebuilds) {

  /** How a node stands in its site. */
  public enum State {
    /** Configured without neighbours, or closed. */
    OFF,
    /** Down; it is built anew after a delay. */
    REBUILDING,
    /** Looks for the site at the seed addresses. */
    JOINING,
    /** A member. */
    UP
  }

  /**
   * One node of the site.
   *
   * @param node its name; empty if it did not say
   * @param address {@code host:port}
   * @param status as the cluster has it, such as {@code Up}
   * @param reachable false while its heartbeats are missing
   */
  public record Member(String node, String address, String status, boolean reachable) {}
}
