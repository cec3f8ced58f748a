package io.ebbmesh.sync.log;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All that a store found wrong with itself since it was opened; may be used from any thread. */
public final class DamageReport {

  private final int maxIssues;
  private final List<StoreIssue> issues = new ArrayList<>();
  private final Map<StoreIssue.Kind, Long> counts = new EnumMap<>(StoreIssue.Kind.class);

  /**
   * @param maxIssues issues that are kept in full; later ones are only counted
   */
  public DamageReport(int maxIssues) {
    this.maxIssues = maxIssues;
  }

  /** Adds an issue, unless the same one is already known. */
  public synchronized void add(StoreIssue issue) {
    if (issues.contains(issue)) {
      return;
    }
    counts.merge(issue.kind(), 1L, Long::sum);
    if (issues.size() < maxIssues) {
      issues.add(issue);
    }
  }

  /** The issues that are kept, in the order found. */
  public synchronized List<StoreIssue> issues() {
    return List.copyOf(issues);
  }

  /** How many issues of a kind were found, kept or not. */
  public synchronized long count(StoreIssue.Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** Issues of one persistence id, in the order found. */
  public synchronized List<StoreIssue> of(String persistenceId) {
    return issues.stream().filter(issue -> persistenceId.equals(issue.persistenceId())).toList();
  }

  public synchronized boolean isEmpty() {
    return counts.isEmpty();
  }

  @Override
  public synchronized String toString() {
    return counts + " " + issues;
  }
}
