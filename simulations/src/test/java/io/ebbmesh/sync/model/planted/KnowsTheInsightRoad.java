package io.ebbmesh.sync.model.planted;

import io.ebbmesh.sync.insight.planted.KnowsTheModelRoad;

/** Planted violation: the roads must not know each other. */
public interface KnowsTheInsightRoad {
  KnowsTheModelRoad other();
}
