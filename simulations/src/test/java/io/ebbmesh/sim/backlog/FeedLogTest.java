package io.ebbmesh.sim.backlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.sample.DetectionStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedLogTest {

  private static final long MADE_AT = 1_000;
  private static final long EACH = 50;

  @TempDir private Path folder;

  private final List<Insight> insights = new ArrayList<>();

  @Test
  void whatWasAcceptedIsFoundByItsSourceAndPosition() throws Exception {
    FeedAccount account = FeedLog.read(written(20, true));

    assertThat(account.produced()).isEqualTo(20);
    for (int i = 0; i < 20; i++) {
      SourcePosition place = Objects.requireNonNull(insights.get(i).source());
      FeedAccount.Track track = Objects.requireNonNull(account.find(place.source()));
      int index = track.indexOf(place.position());
      assertThat(track.seq(index)).isEqualTo(i + 1);
      assertThat(track.hash(index)).isEqualTo(FeedLog.hash(insights.get(i)));
      assertThat(track.indexOf(place.position() - track.count())).isEqualTo(-1);
    }
  }

  @Test
  void aLogOfProducersThatWereNotDoneIsNoAccount() throws Exception {
    Path log = written(3, false);

    assertThatThrownBy(() -> FeedLog.read(log))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not done");
  }

  @Test
  void anArrivalCountsFromWhenTheInsightWasDue() throws Exception {
    FeedAccount account = FeedLog.read(written(10, true));
    Arrivals arrivals = new Arrivals(Lane.INSIGHT);
    arrivals.look(SeqRanges.of(new SeqRange(9, 10)), 2_000);
    arrivals.look(SeqRanges.of(new SeqRange(1, 10)), 5_000);

    // Those made at 1,000, 1,050 … 1,450; the last two arrive first.
    assertThat(arrivals.firstArrivalMillis(account, 1_000)).isEqualTo(2_000);
    assertThat(arrivals.firstArrivalMillis(account, 1_430)).isEqualTo(2_000);
    assertThat(arrivals.tookMillis(account, 1_350, 1_450)).containsExactly(600, 3_650);
  }

  private Path written(int count, boolean done) throws IOException {
    Path file = folder.resolve("source.log");
    DetectionStream stream = new DetectionStream(1, 200);
    try (FeedLog log = FeedLog.create(file)) {
      for (int i = 0; i < count; i++) {
        insights.add(stream.next());
        log.accepted(Lane.INSIGHT, insights.get(i), i + 1, MADE_AT + i * EACH);
      }
      if (done) {
        log.end();
      }
    }
    return file;
  }
}
