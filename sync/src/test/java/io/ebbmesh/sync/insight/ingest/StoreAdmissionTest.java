package io.ebbmesh.sync.insight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.store.MemoryInsightStore;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.session.Admission;
import io.ebbmesh.sync.session.Peers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StoreAdmissionTest {

  private final MemoryInsightStore store = new MemoryInsightStore().commitsAtOnce(true);
  private final Ingest.Shared shared = Ingest.Shared.create();
  private final MovedClock clock = new MovedClock();
  private final StoreAdmission admission =
      new StoreAdmission(store, clock, IngestDriver.SETTINGS, shared);
  private final Logger log = (Logger) LoggerFactory.getLogger(ForkReport.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(logged);
  }

  /** A hub's clock that stands still until it is moved. */
  private static final class MovedClock implements NodeClock {
    long nanos = 1;

    @Override
    public BootTime now() {
      return Samples.BASE;
    }

    @Override
    public long monotonicNanos() {
      return nanos;
    }

    @Override
    public void synchronise(long hubWallMillis, long atMonotonicNanos) {}
  }

  private static Frame.Hello hello(Epoch... epochs) {
    return hello(Samples.INCARNATION, Ancestry.NONE, epochs);
  }

  private static Frame.Hello hello(Incarnation incarnation, Ancestry ancestry, Epoch... epochs) {
    return new Frame.Hello(
        Samples.NODE,
        1,
        1,
        incarnation,
        new Lineage(List.of(epochs)),
        ancestry,
        Map.of(),
        Samples.BASE,
        1,
        List.of());
  }

  /** Of a store that parted from the sample one where its first opening starts. */
  private static Frame.Hello rehomed(Epoch first) {
    Ancestry ancestry =
        Ancestry.NONE.plus(new Ancestry.Ancestor(Samples.INCARNATION, first.firstSeqs()));
    return hello(new Incarnation(new UUID(9, 9)), ancestry, first);
  }

  private Admission.Answer admit(Frame.Hello hello) {
    return admission.admit(hello).toCompletableFuture().join();
  }

  private Admission.Answer greet(Epoch... epochs) {
    return admit(hello(epochs));
  }

  private static Epoch epoch(long id, long firstSeq) {
    return new Epoch(id, Map.of(Lane.INSIGHT, firstSeq));
  }

  @Test
  void a_store_that_goes_on_gets_at_most_the_ranges_that_a_welcome_carries() {
    List<SeqRange> ranges = new ArrayList<>();
    for (int i = 0; i <= SessionLimits.MAX_RANGES; i++) {
      SeqRange seqs = new SeqRange(2L * i + 1, 2L * i + 1);
      store.apply(Samples.block(SeqRanges.of(ranges), seqs.first(), seqs.last()));
      ranges.add(seqs);
    }
    SeqRanges told = SeqRanges.of(ranges.subList(0, SessionLimits.MAX_RANGES));
    assertThat(greet(epoch(1, 1))).isEqualTo(new Admission.Admitted(Map.of(Lane.INSIGHT, told)));
  }

  @Test
  void a_fork_tells_the_operator_who_where_how_much_and_what_to_do() {
    greet(epoch(1, 1));
    store.apply(Samples.block(SeqRanges.EMPTY, 1, 50));
    Admission.Answer answer = greet(epoch(1, 1), epoch(2, 41));
    assertThat(((Admission.Forked) answer).message())
        .contains("'gateway-1'")
        .contains(Samples.INCARNATION.toString())
        .contains("insight from 41 (the hub holds 10 of them)")
        .contains("goes on as a new incarnation")
        .hasSizeLessThan(1_000);
    assertThat(((Admission.Forked) answer).forkPoints()).isEqualTo(Map.of(Lane.INSIGHT, 41L));
  }

  @Test
  void a_node_that_keeps_trying_is_warned_of_once_an_opening() {
    greet(epoch(1, 1), epoch(2, 41));
    for (int i = 0; i < 5; i++) {
      greet(epoch(1, 1), epoch(3, 31));
    }
    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.get(0).getLevel()).isEqualTo(Level.WARN);
    greet(epoch(1, 1), epoch(3, 31), epoch(4, 35));
    assertThat(logged.list).hasSize(2);
  }

  private static Peers.SessionId session(long number) {
    return new Peers.SessionId(Samples.NODE, number);
  }

  @Test
  void while_a_session_lives_another_opening_waits_and_nothing_is_recorded() {
    greet(epoch(1, 1));
    shared.holders().add(session(1), hello(epoch(1, 1)));
    assertThat(greet(epoch(1, 1), epoch(2, 9)))
        .isInstanceOfSatisfying(
            Admission.Busy.class,
            busy -> {
              assertThat(busy.message()).contains("'gateway-1' has a session already");
              assertThat(busy.retryAfterMillis()).isEqualTo(5_000);
            });
    // The one that has the session is not an older opening now: it may come again.
    assertThat(greet(epoch(1, 1))).isInstanceOf(Admission.Admitted.class);

    shared.holders().remove(session(1));
    assertThat(greet(epoch(1, 1), epoch(2, 9))).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void one_that_parted_is_told_so_even_while_the_other_one_has_a_session() {
    greet(epoch(1, 1));
    store.apply(Samples.block(SeqRanges.EMPTY, 1, 50));
    shared.holders().add(session(1), hello(epoch(1, 1)));
    assertThat(greet(epoch(1, 1), epoch(2, 41))).isInstanceOf(Admission.Forked.class);
  }

  @Test
  void one_that_waits_longer_than_a_dead_session_lasts_is_a_second_machine() {
    greet(epoch(1, 1));
    shared.holders().add(session(1), hello(epoch(1, 1)));
    assertThat(greet(epoch(1, 1), epoch(2, 9))).isInstanceOf(Admission.Busy.class);
    clock.nanos += IngestDriver.SETTINGS.secondHolderAfterNanos();
    assertThat(greet(epoch(1, 1), epoch(2, 9)))
        .isInstanceOfSatisfying(
            Admission.Forked.class,
            forked -> {
              assertThat(forked.forkPoints()).isEqualTo(Map.of(Lane.INSIGHT, 9L));
              assertThat(forked.message()).contains("another opening of it has a session");
            });
    assertThat(logged.list).hasSize(1);
  }

  @Test
  void the_wait_starts_again_with_each_session_of_the_other_one() {
    greet(epoch(1, 1));
    shared.holders().add(session(1), hello(epoch(1, 1)));
    greet(epoch(1, 1), epoch(2, 9));
    shared.holders().remove(session(1));
    shared.holders().add(session(2), hello(epoch(1, 1)));
    clock.nanos += IngestDriver.SETTINGS.secondHolderAfterNanos();
    assertThat(greet(epoch(1, 1), epoch(2, 9))).isInstanceOf(Admission.Busy.class);
  }

  @Test
  void a_copy_that_went_on_as_a_new_incarnation_waits_and_is_reported() {
    greet(epoch(1, 1));
    shared.holders().add(session(1), hello(epoch(1, 1)));
    Frame.Hello copy = rehomed(epoch(7, 41));
    assertThat(admit(copy)).isInstanceOf(Admission.Busy.class);
    assertThat(logged.list).isEmpty();
    clock.nanos += IngestDriver.SETTINGS.secondHolderAfterNanos();
    assertThat(admit(copy))
        .isInstanceOfSatisfying(
            Admission.Busy.class,
            busy -> assertThat(busy.message()).contains("two machines carry its certificate"));
    assertThat(logged.list).hasSize(1);
    shared.holders().remove(session(1));
    assertThat(admit(copy)).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void cursors_of_a_store_that_parted_are_its_ancestors_below_the_fork_point() {
    greet(epoch(1, 1));
    store.apply(Samples.block(SeqRanges.EMPTY, 1, 50));
    store.apply(Samples.block(Samples.ranges(1, 50), 60, 70));
    assertThat(admit(rehomed(epoch(7, 41))))
        .isEqualTo(new Admission.Admitted(Map.of(Lane.INSIGHT, Samples.ranges(1, 40))));
  }
}
