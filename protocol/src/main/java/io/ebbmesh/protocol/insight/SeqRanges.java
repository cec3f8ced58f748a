package io.ebbmesh.protocol.insight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An immutable set of sequence numbers, as ascending ranges that neither overlap nor touch. */
public final class SeqRanges {

  public static final SeqRanges EMPTY = new SeqRanges(List.of());

  private final List<SeqRange> ranges;

  private SeqRanges(List<SeqRange> ranges) {
    this.ranges = ranges;
  }

  public static SeqRanges of(SeqRange range) {
    return new SeqRanges(List.of(range));
  }

  /** The set of all numbers in {@code ranges}, given in any order. */
  public static SeqRanges of(List<SeqRange> ranges) {
    if (ranges.isEmpty()) {
      return EMPTY;
    }
    // Not one after the other: a set of the wire's length would copy itself a thousand times.
    List<SeqRange> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(SeqRange::first));
    List<SeqRange> result = new ArrayList<>(sorted.size());
    SeqRange last = sorted.get(0);
    for (SeqRange range : sorted) {
      if (range.first() - 1 <= last.last()) {
        last = new SeqRange(last.first(), Math.max(last.last(), range.last()));
      } else {
        result.add(last);
        last = range;
      }
    }
    result.add(last);
    return new SeqRanges(List.copyOf(result));
  }

  /** Ascending, disjoint, not adjacent. */
  public List<SeqRange> ranges() {
    return ranges;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public long count() {
    long count = 0;
    for (SeqRange range : ranges) {
      count += range.count();
    }
    return count;
  }

  public boolean contains(long seq) {
    int index = indexOfFirstEndingAtOrAfter(seq);
    return index < ranges.size() && ranges.get(index).contains(seq);
  }

  public boolean containsAll(SeqRange range) {
    int index = indexOfFirstEndingAtOrAfter(range.first());
    return index < ranges.size()
        && ranges.get(index).first() <= range.first()
        && range.last() <= ranges.get(index).last();
  }

  public boolean intersects(SeqRange range) {
    int index = indexOfFirstEndingAtOrAfter(range.first());
    return index < ranges.size() && ranges.get(index).first() <= range.last();
  }

  public SeqRanges plus(SeqRange added) {
    List<SeqRange> result = new ArrayList<>(ranges.size() + 1);
    long first = added.first();
    long last = added.last();
    int index = 0;
    while (index < ranges.size() && ranges.get(index).last() < first - 1) {
      result.add(ranges.get(index++));
    }
    while (index < ranges.size() && ranges.get(index).first() - 1 <= last) {
      first = Math.min(first, ranges.get(index).first());
      last = Math.max(last, ranges.get(index).last());
      index++;
    }
    result.add(new SeqRange(first, last));
    result.addAll(ranges.subList(index, ranges.size()));
    return new SeqRanges(List.copyOf(result));
  }

  public SeqRanges plus(SeqRanges added) {
    SeqRanges all = this;
    for (SeqRange range : added.ranges) {
      all = all.plus(range);
    }
    return all;
  }

  public SeqRanges minus(SeqRange removed) {
    List<SeqRange> result = new ArrayList<>(ranges.size() + 1);
    for (SeqRange range : ranges) {
      if (range.last() < removed.first() || removed.last() < range.first()) {
        result.add(range);
        continue;
      }
      if (range.first() < removed.first()) {
        result.add(new SeqRange(range.first(), removed.first() - 1));
      }
      if (removed.last() < range.last()) {
        result.add(new SeqRange(removed.last() + 1, range.last()));
      }
    }
    return new SeqRanges(List.copyOf(result));
  }

  public SeqRanges minus(SeqRanges removed) {
    SeqRanges rest = this;
    for (SeqRange range : removed.ranges) {
      rest = rest.minus(range);
    }
    return rest;
  }

  /** What of this set lies in {@code bounds}. */
  public SeqRanges within(SeqRange bounds) {
    List<SeqRange> result = new ArrayList<>();
    for (int i = indexOfFirstEndingAtOrAfter(bounds.first()); i < ranges.size(); i++) {
      long first = Math.max(bounds.first(), ranges.get(i).first());
      long last = Math.min(bounds.last(), ranges.get(i).last());
      if (first > last) {
        break;
      }
      result.add(new SeqRange(first, last));
    }
    return new SeqRanges(List.copyOf(result));
  }

  private int indexOfFirstEndingAtOrAfter(long seq) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).last() < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeqRanges that && ranges.equals(that.ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}
