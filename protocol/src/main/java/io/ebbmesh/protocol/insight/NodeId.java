package io.ebbmesh.protocol.insight;

import java.util.regex.Pattern;

/**
 * The name of a node, as its certificate carries it: {@code urn:ebbmesh:node:NAME} as a URI subject
 * alternative name.
 */
public record NodeId(String value) implements Comparable<NodeId> {

  public static final String URI_PREFIX = "urn:ebbmesh:node:";

  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");

  public NodeId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "node id '"
              + value
              + "' must be 1 to 63 of a-z, 0-9, '.', '_' and '-', not starting or ending with a"
              + " sign");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
