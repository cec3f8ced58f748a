package io.ebbmesh.node.ingress.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ebbmesh.node.ingress.ReadingLimits;
import io.ebbmesh.node.ingress.Streams;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes readings of a JSON body, or says which field is wrong.
 *
 * <p>A key {@code k} makes a single reading position 1 of source {@code http/k}, and the element i
 * of an array position 1 of source {@code http-array/k/i}: no array element shares a source with a
 * single reading, whatever characters a key has.
 */
final class ReadingJson {

  static final int MAX_KEY_CHARS = 180;

  private static final int MAX_DEPTH = 8;
  private static final int MAX_NAME_CHARS = 1_000;
  private static final int MAX_NUMBER_CHARS = 64;
  private static final int MAX_SHOWN_CHARS = 60;

  /** What the library tells its own users, such as a feature to enable. */
  private static final Pattern LIBRARYS_ADVICE = Pattern.compile("(?s): enable .*");

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          // The body has a limit, and so have the strings that are used.
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(MAX_NAME_CHARS)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Streams streams;
  private final int maxReadings;

  ReadingJson(Streams streams, int maxReadings) {
    this.streams = streams;
    this.maxReadings = maxReadings;
  }

  /**
   * @param key of the request; null if it has none, and then nothing makes a repetition known
   * @param observedNanos monotonic time at which the request came
   */
  List<Reading> read(byte[] body, @Nullable String key, long observedNanos)
      throws RefusedException {
    if (key != null) {
      checkKey(key);
    }
    JsonNode root = parse(body);
    if (!root.isArray()) {
      return List.of(
          reading("", root, key == null ? null : Outbox.KEY_PREFIX + key, observedNanos));
    }
    if (root.isEmpty()) {
      throw new RefusedException(BAD_REQUEST, "the array holds no reading");
    }
    if (root.size() > maxReadings) {
      throw new RefusedException(
          TOO_LARGE,
          "the array holds "
              + root.size()
              + " readings, more than ebbmesh.node.http.max-readings = "
              + maxReadings
              + ": send several, each under a key of its own");
    }
    List<Reading> readings = new ArrayList<>(root.size());
    for (int i = 0; i < root.size(); i++) {
      readings.add(
          reading(
              "[" + i + "]",
              root.get(i),
              key == null ? null : "http-array/" + key + "/" + i,
              observedNanos));
    }
    return readings;
  }

  private static void checkKey(String key) throws RefusedException {
    boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (key.isEmpty() || key.length() > MAX_KEY_CHARS || !visible) {
      throw new RefusedException(
          BAD_REQUEST,
          "header Idempotency-Key must be 1 to "
              + MAX_KEY_CHARS
              + " visible ASCII characters without blanks");
    }
  }

  private static JsonNode parse(byte[] body) throws RefusedException {
    try {
      JsonNode root = JSON.readTree(body);
      if (root.isMissingNode()) {
        throw new RefusedException(BAD_REQUEST, "the body is empty");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new RefusedException(
          BAD_REQUEST,
          "the body is not JSON that can be read: "
              + LIBRARYS_ADVICE.matcher(e.getOriginalMessage()).replaceFirst("")
              + (e.getLocation() == null
                  ? ""
                  : " (line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()
                      + ")"));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private Reading reading(String path, JsonNode node, @Nullable String source, long observedNanos)
      throws RefusedException {
    String at = path.isEmpty() ? "" : path + ".";
    if (!node.isObject()) {
      throw wrong(path.isEmpty() ? "the body" : path, "an object or an array of objects", node);
    }
    onlyFields(at, node, List.of("stream", "values"));
    JsonNode stream = node.path("stream");
    if (!stream.isTextual() || stream.textValue().isEmpty()) {
      throw wrong(at + "stream", "the name of a stream", stream);
    }
    String wrong = ReadingLimits.ofStream(stream.textValue());
    if (wrong != null) {
      throw new RefusedException(BAD_REQUEST, at + "stream " + wrong);
    }
    List<String> channels = streams.channels(stream.textValue());
    if (channels == null) {
      throw new RefusedException(
          NOT_FOUND, at + "stream: this node has no stream " + shown(stream));
    }
    JsonNode values = node.path("values");
    if (!values.isObject()) {
      throw wrong(at + "values", "an object with a number per channel", values);
    }
    onlyFields(at + "values.", values, channels);
    double[] numbers = new double[channels.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(at + "values." + channels.get(i), values.path(channels.get(i)));
    }
    return new Reading(
        stream.textValue(),
        source == null ? null : new SourcePosition(source, 1),
        observedNanos,
        channels,
        numbers);
  }

  private static double number(String field, JsonNode value) throws RefusedException {
    if (!value.isNumber()) {
      throw wrong(field, "a number", value);
    }
    double number = value.doubleValue();
    if (!Double.isFinite(number)) {
      throw wrong(field, "a finite number", value);
    }
    if (!ReadingLimits.takes(number)) {
      throw wrong(field, ReadingLimits.range(), value);
    }
    return number;
  }

  private static void onlyFields(String at, JsonNode object, List<String> known)
      throws RefusedException {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new RefusedException(
            BAD_REQUEST, at + cut(name) + " is not known; known are " + String.join(", ", known));
      }
    }
  }

  private static RefusedException wrong(String field, String expected, JsonNode value) {
    return new RefusedException(
        BAD_REQUEST,
        value.isMissingNode()
            ? field + " is missing: it must be " + expected
            : field + " must be " + expected + ", not " + shown(value));
  }

  private static String shown(JsonNode value) {
    return cut(value.isContainerNode() ? value.getNodeType().toString() : value.toString());
  }

  private static String cut(String text) {
    return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
  }
}
