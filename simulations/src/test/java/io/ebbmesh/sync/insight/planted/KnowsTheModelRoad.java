package io.ebbmesh.sync.insight.planted;

import io.ebbmesh.sync.model.planted.KnowsTheInsightRoad;

/** Planted violation: the roads must not know each other. */
public interface KnowsTheModelRoad {
  KnowsTheInsightRoad other();
}
