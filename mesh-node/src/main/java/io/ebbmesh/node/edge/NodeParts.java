package io.ebbmesh.node.edge;

import com.typesafe.config.Config;
import io.ebbmesh.node.config.EdgeSettings;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.model.verify.ModelFiles;
import org.jspecify.annotations.Nullable;

/**
 * What the actors of a node work with.
 *
 * @param link null if the node works alone
 */
record NodeParts(
    EdgeSettings settings,
    Config config,
    NodeClock clock,
    Chance chance,
    ModelFiles models,
    ManifestVerifier trusted,
    @Nullable Link link) {}
