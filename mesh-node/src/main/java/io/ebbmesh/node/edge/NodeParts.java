package io.ebbmesh.node.edge;

import com.typesafe.config.Config;
import io.ebbmesh.accelerator.device.Device;
import io.ebbmesh.node.config.EdgeSettings;
import io.ebbmesh.protocol.model.ManifestVerifier;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.link.Link;
import io.ebbmesh.sync.model.verify.ModelFiles;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the actors of a node work with.
 *
 * @param devices makes this node's accelerator, once per model and once per check of a release;
 *     used only if the settings say that it has one
 * @param link null if the node works alone
 */
public record NodeParts(
    EdgeSettings settings,
    Config config,
    NodeClock clock,
    Chance chance,
    Supplier<Device> devices,
    ModelFiles models,
    ManifestVerifier trusted,
    @Nullable Link link) {}
