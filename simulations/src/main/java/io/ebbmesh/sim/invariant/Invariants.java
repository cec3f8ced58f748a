package io.ebbmesh.sim.invariant;

import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The invariants of a run and the books that they share. */
public final class Invariants {

  public static final String ACCEPTED_NOT_LOST = "accepted-not-lost";
  public static final String STORED_ONCE = "stored-once";
  public static final String BOOKS_BALANCE = "books-balance";
  public static final String FORK_NOTICED = "fork-noticed";
  public static final String ONE_HOLDER = "one-holder";
  public static final String ALARM_LATENCY = "alarm-latency";
  public static final String DISK_BOUNDED = "disk-bounded";
  public static final String LIVENESS = "liveness";
  public static final String PATIENT_DIALS = "patient-dials";

  /** Of all, in the order in which they are told. */
  public static final List<String> NAMES =
      List.of(
          ACCEPTED_NOT_LOST,
          STORED_ONCE,
          BOOKS_BALANCE,
          FORK_NOTICED,
          ONE_HOLDER,
          ALARM_LATENCY,
          DISK_BOUNDED,
          LIVENESS,
          PATIENT_DIALS);

  private final List<Invariant> all;
  private final Accounts accounts;

  private Invariants(List<Invariant> all, Accounts accounts) {
    this.all = all;
    this.accounts = accounts;
  }

  /**
   * Limits of those invariants that have one.
   *
   * @param alarmNanos how long an anomaly may take during a session
   * @param diskBytes what a node's files may take
   * @param livenessNanos how long the way must be free until the backlog is gone
   */
  public record Limits(long alarmNanos, long diskBytes, long livenessNanos) {}

  /**
   * @param off names of those that are not checked
   * @param further invariants of one's own
   */
  public static Invariants of(
      World world, Limits limits, Set<String> off, List<Invariant> further) {
    List<Invariant> all = new ArrayList<>();
    all.add(new AcceptedNotLost());
    all.add(new StoredOnce());
    all.add(new BooksBalance());
    all.add(new ForkNoticed());
    all.add(new OneHolder());
    all.add(new AlarmLatency(world, limits.alarmNanos()));
    all.add(new DiskBounded(limits.diskBytes()));
    all.add(new Liveness(world, limits.livenessNanos()));
    all.add(new PatientDials(world));
    all.addAll(further);
    all.removeIf(invariant -> off.contains(invariant.name()));
    return new Invariants(List.copyOf(all), new Accounts(world, all));
  }

  public List<Invariant> all() {
    return all;
  }

  public Accounts accounts() {
    return accounts;
  }
}
