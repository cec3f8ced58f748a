package io.ebbmesh.sync.model.activate;

import io.ebbmesh.sync.model.verify.Candidate;
import java.util.List;
import java.util.Map;

/**
 * What a start found on disk.
 *
 * @param serving releases whose files are whole, one per model
 * @param floors lowest release that may become active, by model
 * @param problems by model, what was damaged and what serves instead
 */
public record Recovered(
    List<Candidate> serving, Map<String, Long> floors, Map<String, String> problems) {}
