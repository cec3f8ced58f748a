package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What a metered link lets go now, and when that changes. All lanes spend the budget of the day;
 * bulk lanes wait when it is used up, and outside their hours.
 *
 * <pre>
 * clock         a new budget begins                          hours
 * not trusted   24 h of monotonic time after the last        do not bind
 * trusted       with each day of the zone                    bind
 * becomes so    what was spent counts for the day it is      bind from then on
 * set back      what was spent counts for the earlier day    bind by the new time
 * </pre>
 */
final class Metering {

  /**
   * What a frame costs beside the block in it: its own fields, a TLS record, and the headers of a
   * packet. Further packets have another 4 % in headers.
   */
  private static final long FRAME_BYTES = 128;

  private static final long HEADERS_DIVISOR = 25;
  private static final long DAY_NANOS = 86_400_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /**
   * What was spent.
   *
   * @param day days since 1970 in the zone; {@link #NO_DAY} as long as no clock was trusted
   * @param bytes of all lanes
   * @param bulkBytes those of bulk lanes
   */
  record Spent(long day, long bytes, long bulkBytes) {
    static final long NO_DAY = Long.MIN_VALUE;
    static final Spent NOTHING = new Spent(NO_DAY, 0, 0);
  }

  private final MeteredSettings settings;
  private Spent spent;
  private Spent remembered;
  private @Nullable BootTime time;
  private long beganAtNanos;
  private boolean usedUp;

  Metering(MeteredSettings settings, Spent remembered) {
    this.settings = settings;
    this.spent = remembered;
    this.remembered = remembered;
  }

  /** What frames with so much in them cost. */
  static long cost(long bytes, long frames) {
    return bytes + bytes / HEADERS_DIVISOR + frames * FRAME_BYTES;
  }

  /** The clock says so, from now on. */
  void onTime(BootTime now) {
    if (time == null) {
      beganAtNanos = now.monotonicNanos();
    }
    time = now;
  }

  /** What a lane waits for. */
  Uplink.WaitsFor waitsFor(long nowNanos, Lane lane) {
    if (!settings.isOn() || !settings.bulkLanes().contains(lane)) {
      return Uplink.WaitsFor.NOTHING;
    }
    beginPeriod(nowNanos);
    ZonedDateTime clock = trusted(nowNanos);
    if (clock != null && !settings.hours().contain(clock.getHour())) {
      return Uplink.WaitsFor.HOURS;
    }
    boolean over = hasBudget() && (usedUp || spent.bytes >= settings.dayBudgetBytes());
    return over ? Uplink.WaitsFor.BUDGET : Uplink.WaitsFor.NOTHING;
  }

  /**
   * Whether a block may be read for the link. One that does not fit closes the day's budget for
   * bulk lanes. One that is larger than the budget of a whole day goes as its first, alone: nothing
   * else would ever let it go.
   *
   * @param underWay {@link #cost} of what bulk lanes read already and have not sent yet
   */
  boolean fits(long nowNanos, Lane lane, long blockBytes, long underWay) {
    if (!hasBudget() || !settings.bulkLanes().contains(lane)) {
      return true;
    }
    beginPeriod(nowNanos);
    long cost = cost(blockBytes, 1);
    boolean first = spent.bulkBytes == 0 && underWay == 0;
    if (cost <= leftBytes() - underWay || first && cost > settings.dayBudgetBytes()) {
      return true;
    }
    usedUp = true;
    return false;
  }

  /** Whether so much does not reach the end of the budget, whatever it consists of. */
  boolean isAmple(long bytes) {
    return !hasBudget() || leftBytes() > bytes;
  }

  /** Frames of a lane were sent. */
  void onSent(long nowNanos, Lane lane, long bytes, long frames) {
    if (hasBudget()) {
      beginPeriod(nowNanos);
      long cost = cost(bytes, frames);
      long bulk = settings.bulkLanes().contains(lane) ? cost : 0;
      spent = new Spent(spent.day, spent.bytes + cost, spent.bulkBytes + bulk);
    }
  }

  /** When what a lane waits for is there; {@link UplinkMachine#NEVER} if it waits for nothing. */
  long changesAtNanos(long nowNanos, Uplink.WaitsFor what) {
    ZonedDateTime clock = trusted(nowNanos);
    if (what == Uplink.WaitsFor.NOTHING) {
      return UplinkMachine.NEVER;
    } else if (clock == null) {
      return beganAtNanos + DAY_NANOS;
    }
    LocalDate today = clock.toLocalDate();
    if (what == Uplink.WaitsFor.BUDGET) {
      return nanosOf(today.plusDays(1).atStartOfDay(settings.zone()));
    }
    LocalTime opens = LocalTime.of(settings.hours().from(), 0);
    ZonedDateTime next = today.atTime(opens).atZone(settings.zone());
    return nanosOf(
        next.isAfter(clock) ? next : today.plusDays(1).atTime(opens).atZone(settings.zone()));
  }

  /** What to write down now; null if little was spent since the last time. */
  @Nullable Spent toRemember() {
    long since = unremembered();
    if (since == 0 || since * 100 < settings.dayBudgetBytes() * settings.rememberPercent()) {
      return null;
    }
    remembered = spent;
    return spent;
  }

  /** What to write down before the end; null if nothing was spent since the last time. */
  @Nullable Spent toRememberAtTheEnd() {
    return unremembered() > 0 ? spent : null;
  }

  private long unremembered() {
    boolean same = remembered.day == spent.day && remembered.bytes <= spent.bytes;
    return same ? spent.bytes - remembered.bytes : spent.bytes;
  }

  /** Bytes spent of the budget of this day. */
  long spentBytes(long nowNanos) {
    beginPeriod(nowNanos);
    return spent.bytes;
  }

  private boolean hasBudget() {
    return settings.dayBudgetBytes() > 0;
  }

  private long leftBytes() {
    return settings.dayBudgetBytes() - spent.bytes;
  }

  private void beginPeriod(long nowNanos) {
    ZonedDateTime clock = trusted(nowNanos);
    if (clock == null) {
      if (time != null && nowNanos - beganAtNanos >= DAY_NANOS) {
        beganAtNanos = nowNanos;
        begin(Spent.NO_DAY);
      }
      return;
    }
    long today = clock.toLocalDate().toEpochDay();
    if (spent.day == Spent.NO_DAY || today < spent.day) {
      spent = new Spent(today, spent.bytes, spent.bulkBytes);
    } else if (today > spent.day) {
      begin(today);
    }
  }

  private void begin(long day) {
    spent = new Spent(day, 0, 0);
    usedUp = false;
  }

  /** Null if the clock is only a lower bound: it would open and close hours at will. */
  private @Nullable ZonedDateTime trusted(long nowNanos) {
    BootTime known = time;
    if (known == null || known.quality() == ClockQuality.LOWER_BOUND) {
      return null;
    }
    return Instant.ofEpochMilli(known.wallMillisAt(nowNanos)).atZone(settings.zone());
  }

  private long nanosOf(ZonedDateTime at) {
    BootTime known = time;
    if (known == null) {
      throw new IllegalStateException("no clock was heard");
    }
    long millis = at.toInstant().toEpochMilli() - known.wallMillis();
    return known.monotonicNanos() + millis * NANOS_PER_MILLI;
  }
}
