package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.detector.DetectorParameters;
import io.ebbmesh.node.detector.FeatureWindow;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.Reading;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The windows of all streams of a node, at most a limit of them. */
final class StreamWindows {

  static final List<String> CHANNELS = List.of("temperature", "humidity");

  /** What is kept of one stream. */
  private record Stream(FeatureWindow window, StreamExtras extras) {}

  private final int maxStreams;
  private final PipelineSettings.Extras extras;
  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private final Map<String, Set<String>> streamsBySource = new LinkedHashMap<>();

  StreamWindows(PipelineSettings settings) {
    this.maxStreams = settings.limits().maxStreams();
    this.extras = settings.extras();
  }

  /**
   * Takes the next reading of its stream.
   *
   * @param parameters for a stream that begins with it
   * @throws IllegalArgumentException if a channel is missing or there are too many streams
   */
  Features next(String source, Reading reading, DetectorParameters parameters) {
    int temperature = channel(reading, CHANNELS.get(0));
    int humidity = channel(reading, CHANNELS.get(1));
    Stream stream = streams.get(reading.stream());
    if (stream == null) {
      if (streams.size() == maxStreams) {
        throw new IllegalArgumentException(
            "stream '"
                + reading.stream()
                + "' is one more than ebbmesh.node.pipeline.max-streams = "
                + maxStreams
                + "; raise it, or send the stream to another node");
      }
      stream = new Stream(new FeatureWindow(parameters), new StreamExtras(extras));
      streams.put(reading.stream(), stream);
    }
    if (!source.isEmpty()) {
      streamsBySource.computeIfAbsent(source, name -> new LinkedHashSet<>()).add(reading.stream());
    }
    stream.extras().next(reading);
    return stream.window().next(reading.values()[temperature], reading.values()[humidity]);
  }

  /** What else was made of the reading that was taken last. */
  List<Insight> extras(Reading reading) {
    Stream stream = streams.get(reading.stream());
    return stream == null ? List.of() : stream.extras().made();
  }

  /** Goes on with another release. */
  void use(DetectorParameters parameters) {
    streams.values().forEach(stream -> stream.window().use(parameters));
  }

  /** Forgets the streams of a source, which is going to be read again. */
  void forget(String source) {
    Set<String> ofSource = streamsBySource.remove(source);
    if (ofSource != null) {
      ofSource.forEach(streams::remove);
    }
  }

  private static int channel(Reading reading, String name) {
    int index = reading.channels().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "reading of stream '"
              + reading.stream()
              + "' has no channel '"
              + name
              + "', it has "
              + reading.channels()
              + "; name the channel so in the source's settings");
    }
    return index;
  }
}
