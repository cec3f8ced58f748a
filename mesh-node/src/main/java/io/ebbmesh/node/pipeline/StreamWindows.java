package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.detector.DetectorParameters;
import io.ebbmesh.node.detector.FeatureWindow;
import io.ebbmesh.node.detector.Features;
import io.ebbmesh.protocol.reading.Reading;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The windows of all streams of a node, at most a limit of them. */
final class StreamWindows {

  static final List<String> CHANNELS = List.of("temperature", "humidity");

  private final int maxStreams;
  private final Map<String, FeatureWindow> windows = new LinkedHashMap<>();
  private final Map<String, Set<String>> streamsBySource = new LinkedHashMap<>();

  StreamWindows(int maxStreams) {
    this.maxStreams = maxStreams;
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
    FeatureWindow window = windows.get(reading.stream());
    if (window == null) {
      if (windows.size() == maxStreams) {
        throw new IllegalArgumentException(
            "stream '"
                + reading.stream()
                + "' is one more than ebbmesh.node.pipeline.max-streams = "
                + maxStreams
                + "; raise it, or send the stream to another node");
      }
      window = new FeatureWindow(parameters);
      windows.put(reading.stream(), window);
    }
    if (!source.isEmpty()) {
      streamsBySource.computeIfAbsent(source, name -> new LinkedHashSet<>()).add(reading.stream());
    }
    return window.next(reading.values()[temperature], reading.values()[humidity]);
  }

  /** Goes on with another release. */
  void use(DetectorParameters parameters) {
    windows.values().forEach(window -> window.use(parameters));
  }

  /** Forgets the streams of a source, which is going to be read again. */
  void forget(String source) {
    Set<String> streams = streamsBySource.remove(source);
    if (streams != null) {
      streams.forEach(windows::remove);
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
