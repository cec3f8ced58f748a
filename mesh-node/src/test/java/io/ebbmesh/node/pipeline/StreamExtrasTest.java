package io.ebbmesh.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamExtrasTest {

  @Test
  void nothingIsMadeByDefault() {
    assertThat(make(new PipelineSettings.Extras(0, 0), 1, 100)).isEmpty();
    assertThat(PipelineFixture.settings("").extras()).isEqualTo(new PipelineSettings.Extras(0, 0));
  }

  @Test
  void everyThirdReadingIsASampleOfItsOwnSource() {
    List<Insight> samples = make(new PipelineSettings.Extras(3, 0), 1, 7);
    assertThat(samples).extracting(Insight::kind).containsOnly(InsightKind.SAMPLE);
    assertThat(samples)
        .extracting(Insight::source)
        .containsExactly(
            new SourcePosition("csv/x#sample", 3), new SourcePosition("csv/x#sample", 6));
    assertThat(samples.get(0).values()).containsExactly(3, -3);
    assertThat(samples.get(0).label()).isEqualTo("temperature,humidity");
  }

  @Test
  void anAggregateSaysHowManyAndMinMaxMeanOfEachChannel() {
    List<Insight> aggregates = make(new PipelineSettings.Extras(0, 4), 1, 9);
    assertThat(aggregates)
        .extracting(Insight::source)
        .containsExactly(
            new SourcePosition("csv/x#aggregate", 4), new SourcePosition("csv/x#aggregate", 8));
    assertThat(aggregates.get(1).kind()).isEqualTo(InsightKind.AGGREGATE);
    assertThat(aggregates.get(1).score()).isEqualTo(4);
    assertThat(aggregates.get(1).values()).containsExactly(5, 8, 6.5f, -8, -5, -6.5f);
  }

  @Test
  void aSourceThatIsReadAgainMakesTheSameAtTheSamePositions() {
    PipelineSettings.Extras settings = new PipelineSettings.Extras(3, 4);
    assertThat(make(settings, 1, 50)).usingRecursiveComparison().isEqualTo(make(settings, 1, 50));
  }

  private static List<Insight> make(PipelineSettings.Extras settings, long first, long last) {
    StreamExtras extras = new StreamExtras(settings);
    List<Insight> made = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      extras.next(
          new Reading(
              "mote-1",
              new SourcePosition("csv/x", i),
              0,
              StreamWindows.CHANNELS,
              new double[] {i, -i}));
      made.addAll(extras.made());
    }
    return made;
  }
}
