package io.ebbmesh.sync.insight.planted;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Planted violations: collections whose order differs between starts of a JVM. */
public final class Unordered {

  private Unordered() {}

  public static final class Constructed {
    Map<String, String> map() {
      return new HashMap<>();
    }
  }

  public static final class Factory {
    Set<String> set() {
      return Set.of("a", "b");
    }
  }

  public static final class Collected {
    Set<String> set() {
      return List.of("a", "b").stream().collect(Collectors.toSet());
    }
  }
}
