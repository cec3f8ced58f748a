package io.ebbmesh.node.insights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.Locale;

/** How an insight looks as JSON, wherever it was found. */
public final class InsightJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private InsightJson() {}

  /** An object to begin with what is known of the place. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Adds what the insight says; no time, which needs a clock. */
  public static ObjectNode add(ObjectNode json, Insight insight) {
    json.put("kind", insight.kind().name().toLowerCase(Locale.ROOT))
        .put("stream", insight.stream())
        .put("model", insight.model())
        .put("label", insight.label())
        .put("decidedBy", insight.decidedBy())
        .put("score", insight.score());
    ArrayNode values = json.putArray("values");
    for (float value : insight.values()) {
      values.add(value);
    }
    SourcePosition source = insight.source();
    if (source != null) {
      json.put("source", source.source()).put("position", source.position());
    }
    return json;
  }

  /** On one line. */
  public static String text(ObjectNode json) {
    try {
      return MAPPER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON is always writable", e);
    }
  }
}
