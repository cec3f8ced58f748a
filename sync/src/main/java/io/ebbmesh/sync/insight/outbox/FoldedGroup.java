package io.ebbmesh.sync.insight.outbox;

import com.tdunning.math.stats.Centroid;
import com.tdunning.math.stats.MergingDigest;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Insights of one stream in one window of observed time, as one aggregate. Its values, in this
 * order (docs/aggregates.md):
 *
 * <pre>
 * 1                       the form
 * seconds                 from the first to the last observed
 * min max mean            of the scores
 * n, then n × min max mean    of the first values of the insights, by place; of those that have it
 * c, then c × mean weight     centroids of a t-digest of the scores, ascending
 * </pre>
 */
final class FoldedGroup {

  /** Places of the insights' values that are summed up; what lies behind them is not kept. */
  static final int MAX_PLACES = 16;

  /** Labels that are told, most frequent first. */
  private static final int MAX_LABELS = 8;

  private static final int MAX_KNOWN_LABELS = 256;
  private static final int MAX_LABEL_CHARS = 100;
  private static final int FORM = 1;

  /** Compression of the digest: about so many centroids, quantiles right to a few percent. */
  private static final double COMPRESSION = 20;

  private final String stream;
  private final MergingDigest digest = new MergingDigest(COMPRESSION);
  private final Range scores = new Range();
  private final List<Range> places = new ArrayList<>();
  private final Map<String, Long> labels = new TreeMap<>();
  private String model = "";
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  FoldedGroup(String stream) {
    this.stream = stream;
  }

  void add(Insight insight) {
    model = scores.count == 0 || model.equals(insight.model()) ? insight.model() : "";
    first = Math.min(first, insight.observedNanos());
    last = Math.max(last, insight.observedNanos());
    if (Float.isFinite(insight.score())) {
      digest.add(insight.score());
    }
    scores.add(insight.score());
    for (int i = 0; i < Math.min(MAX_PLACES, insight.values().length); i++) {
      if (places.size() == i) {
        places.add(new Range());
      }
      places.get(i).add(insight.values()[i]);
    }
    String label = insight.label();
    String known = label.length() > MAX_LABEL_CHARS ? label.substring(0, MAX_LABEL_CHARS) : label;
    if (!known.isEmpty() && (labels.size() < MAX_KNOWN_LABELS || labels.containsKey(known))) {
      labels.merge(known, 1L, Long::sum);
    }
  }

  /**
   * The aggregate, without a source; its score is how many insights are in it, its label names
   * theirs.
   */
  Insight toInsight() {
    Collection<Centroid> centroids = digest.centroids();
    float[] values = new float[7 + 3 * places.size() + 2 * centroids.size()];
    int at = 0;
    values[at++] = FORM;
    values[at++] = (last - first) / 1e9f;
    at = scores.write(values, at);
    values[at++] = places.size();
    for (Range place : places) {
      at = place.write(values, at);
    }
    values[at++] = centroids.size();
    for (Centroid centroid : centroids) {
      values[at++] = (float) centroid.mean();
      values[at++] = centroid.count();
    }
    return new Insight(
        InsightKind.AGGREGATE, stream, model, topLabels(), "", first, scores.count, values, null);
  }

  private String topLabels() {
    List<Map.Entry<String, Long>> all = new ArrayList<>(labels.entrySet());
    all.sort(Map.Entry.<String, Long>comparingByValue().reversed());
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Long> label : all.subList(0, Math.min(MAX_LABELS, all.size()))) {
      text.append(text.length() == 0 ? "" : ",")
          .append(label.getKey())
          .append('=')
          .append(label.getValue());
    }
    return text.length() > Insight.MAX_STRING_CHARS
        ? text.substring(0, Insight.MAX_STRING_CHARS)
        : text.toString();
  }

  /** Of the numbers that are numbers. */
  private static final class Range {
    private long count;
    private long numbers;
    private float min = Float.NaN;
    private float max = Float.NaN;
    private double sum;

    void add(float value) {
      count++;
      if (!Float.isNaN(value)) {
        min = numbers == 0 ? value : Math.min(min, value);
        max = numbers == 0 ? value : Math.max(max, value);
        numbers++;
        sum += value;
      }
    }

    int write(float[] target, int at) {
      target[at] = min;
      target[at + 1] = max;
      target[at + 2] = (float) (sum / numbers);
      return at + 3;
    }
  }
}
