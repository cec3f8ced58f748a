package io.ebbmesh.sim.link.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When which two nodes meet: CSV with the header {@code start,end,node_a,node_b}, in seconds. A
 * contact is a direct link between the two, whichever is named first. Lines may stand in any order
 * and overlap. After the last contact of a pair there is none. Immutable.
 */
public final class ContactPlan {

  static final String NODE_A = "node_a";
  static final String NODE_B = "node_b";
  static final String HEADER = "start,end,node_a,node_b";

  private static final String START = "start";
  private static final String END = "end";

  private final Path file;
  private final SortedMap<Pair, List<Contact>> contacts;
  private final SortedSet<String> names;
  private final long horizonNanos;

  private ContactPlan(
      Path file,
      SortedMap<Pair, List<Contact>> contacts,
      SortedSet<String> names,
      long horizonNanos) {
    this.file = file;
    this.contacts = contacts;
    this.names = names;
    this.horizonNanos = horizonNanos;
  }

  /**
   * While the two can talk.
   *
   * @param endNanos the first moment at which they cannot
   */
  public record Contact(long startNanos, long endNanos) {}

  private record Pair(String first, String second) implements Comparable<Pair> {

    static Pair of(String a, String b) {
      return a.compareTo(b) <= 0 ? new Pair(a, b) : new Pair(b, a);
    }

    @Override
    public int compareTo(Pair other) {
      int byFirst = first.compareTo(other.first);
      return byFirst != 0 ? byFirst : second.compareTo(other.second);
    }
  }

  /**
   * @throws TraceException if the file is no contact plan
   */
  public static ContactPlan read(Path file) {
    SortedMap<Pair, List<Contact>> contacts = new TreeMap<>();
    SortedSet<String> names = new TreeSet<>();
    long horizon = 0;
    try (TraceTable table = TraceTable.withExactly(file, List.of(HEADER.split(",", -1)))) {
      for (TraceTable.Row row = table.next(); row != null; row = table.next()) {
        Contact contact = contact(row);
        Pair pair = pair(row);
        contacts.computeIfAbsent(pair, unknown -> new ArrayList<>()).add(contact);
        names.add(pair.first());
        names.add(pair.second());
        horizon = Math.max(horizon, contact.endNanos());
      }
    }
    contacts.replaceAll((pair, several) -> merged(several));
    return new ContactPlan(file, contacts, Collections.unmodifiableSortedSet(names), horizon);
  }

  /** Every node that meets another. */
  public SortedSet<String> names() {
    return names;
  }

  /** The end of the last contact of all. */
  public long horizonNanos() {
    return horizonNanos;
  }

  /**
   * The contacts of the two, ascending and apart from each other.
   *
   * @throws TraceException if the plan does not know one of the names
   */
  public List<Contact> between(String a, String b) {
    known(a);
    known(b);
    return contacts.getOrDefault(Pair.of(a, b), List.of());
  }

  /**
   * The link between the two: up during their contacts, down else.
   *
   * @throws TraceException if the plan does not know one of the names
   */
  public LinkSchedule schedule(String a, String b) {
    LinkSchedule.Builder steps = LinkSchedule.builder();
    List<Contact> both = between(a, b);
    if (both.isEmpty() || both.get(0).startNanos() > 0) {
      steps.from(0, LinkCondition.DOWN);
    }
    for (Contact contact : both) {
      steps.from(contact.startNanos(), LinkCondition.UP);
      steps.from(contact.endNanos(), LinkCondition.DOWN);
    }
    return steps.build(LinkSchedule.ONCE);
  }

  private void known(String name) {
    if (!names.contains(name)) {
      throw new TraceException(
          file, "it does not know " + name, "It knows " + String.join(", ", names) + ".");
    }
  }

  private static Contact contact(TraceTable.Row row) {
    long start = row.secondsAsNanos(START);
    long end = row.secondsAsNanos(END);
    if (end <= start) {
      throw row.wrong(
          "the contact ends at " + row.text(END) + " and starts at " + row.text(START),
          "It must end later than it starts");
    }
    return new Contact(start, end);
  }

  private static Pair pair(TraceTable.Row row) {
    String a = row.text(NODE_A);
    String b = row.text(NODE_B);
    if (a.isEmpty() || b.isEmpty()) {
      throw row.wrong("a name is empty", "Name two nodes");
    }
    if (a.equals(b)) {
      throw row.wrong(a + " meets itself", "Name two different nodes");
    }
    return Pair.of(a, b);
  }

  private static List<Contact> merged(List<Contact> contacts) {
    contacts.sort(Comparator.comparingLong(Contact::startNanos));
    List<Contact> merged = new ArrayList<>();
    for (Contact next : contacts) {
      int last = merged.size() - 1;
      if (last >= 0 && next.startNanos() <= merged.get(last).endNanos()) {
        Contact before = merged.get(last);
        merged.set(
            last, new Contact(before.startNanos(), Math.max(before.endNanos(), next.endNanos())));
      } else {
        merged.add(next);
      }
    }
    return List.copyOf(merged);
  }
}
