package io.ebbmesh.sync.insight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.sync.insight.store.MemoryInsightStore;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.session.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StoreAdmissionTest {

  private final MemoryInsightStore store = new MemoryInsightStore().commitsAtOnce(true);
  private final StoreAdmission admission = new StoreAdmission(store);
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

  private Admission.Answer greet(Epoch... epochs) {
    Frame.Hello hello =
        new Frame.Hello(
            Samples.NODE,
            1,
            1,
            Samples.INCARNATION,
            new Lineage(List.of(epochs)),
            Map.of(),
            Samples.BASE,
            1,
            List.of());
    return admission.admit(hello).toCompletableFuture().join();
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
        .contains("outbox/identity.a")
        .hasSizeLessThan(1_000);
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
}
