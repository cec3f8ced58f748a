package io.ebbmesh.node.site;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.NodeId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of the site's actor system: Pekko's defaults and what is here, nothing of the
 * program's own configuration.
 */
final class SiteSystemConfig {

  private SiteSystemConfig() {}

  static Config of(SiteSettings settings, NodeId node) {
    Map<String, Object> values = new LinkedHashMap<>();
    lifecycle(values);
    messages(values);
    remoting(values, settings);
    membership(values, settings, node);
    dispatchers(values, settings.threads());
    return ConfigFactory.parseMap(values, "the site's actor system")
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  /** Whatever ends this system ends nothing else. */
  private static void lifecycle(Map<String, Object> values) {
    values.put("pekko.coordinated-shutdown.exit-jvm", "off");
    values.put("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", "off");
    values.put("pekko.jvm-shutdown-hooks", "off");
    values.put("pekko.jvm-exit-on-fatal-error", "off");
    // One that is left behind does not keep the program from ending.
    values.put("pekko.daemonic", "on");
    values.put("pekko.loggers", List.of("org.apache.pekko.event.slf4j.Slf4jLogger"));
    values.put("pekko.logging-filter", "org.apache.pekko.event.slf4j.Slf4jLoggingFilter");
    values.put("pekko.stdout-loglevel", "off");
    values.put("pekko.log-dead-letters", "off");
  }

  private static void messages(Map<String, Object> values) {
    values.put("pekko.actor.allow-java-serialization", "off");
    values.put("pekko.actor.serializers.ebbmesh-site", SiteSerializer.class.getName());
    values.put(
        "pekko.actor.serialization-bindings",
        Map.of('"' + SiteWire.class.getName() + '"', "ebbmesh-site"));
    // Nobody creates an actor here from afar: the list of classes that may be is empty.
    values.put("pekko.remote.deployment.enable-allow-list", "on");
    values.put("pekko.remote.deployment.allowed-actor-classes", List.of());
  }

  private static void remoting(Map<String, Object> values, SiteSettings settings) {
    values.put("pekko.actor.provider", "cluster");
    String artery = "pekko.remote.artery.";
    values.put(artery + "transport", "tls-tcp");
    values.put(artery + "canonical.hostname", settings.self().host());
    values.put(artery + "canonical.port", settings.self().port());
    values.put(artery + "bind.hostname", settings.bindHost());
    values.put(artery + "bind.port", settings.self().port());
    // On a busy machine the default of 3 s was seen to be too short.
    values.put(artery + "bind.bind-timeout", "15 s");
    // The tensors, and room for names and shapes.
    values.put(
        artery + "advanced.maximum-frame-size", settings.limits().maxMessageBytes() + 64 * 1024);
    values.put(artery + "advanced.buffer-pool-size", 8);
    values.put(artery + "advanced.inbound-lanes", 1);
    values.put(artery + "advanced.outbound-message-queue-size", 512);
    values.put(artery + "advanced.remove-quarantined-association-after", "10 minutes");
  }

  private static void membership(Map<String, Object> values, SiteSettings settings, NodeId node) {
    SiteSettings.Timing timing = settings.timing();
    String cluster = "pekko.cluster.";
    values.put(cluster + "roles", List.of(SiteRoot.NODE_ROLE + node.value()));
    values.put(cluster + "seed-node-timeout", millis(timing.seedTimeout()));
    values.put(cluster + "retry-unsuccessful-join-after", millis(timing.seedTimeout()));
    values.put(cluster + "jmx.enabled", "off");
    values.put(
        cluster + "downing-provider-class",
        "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider");
    values.put(cluster + "split-brain-resolver.active-strategy", "keep-majority");
    values.put(cluster + "split-brain-resolver.stable-after", millis(timing.stableAfter()));
    String detector = cluster + "failure-detector.";
    values.put(detector + "heartbeat-interval", millis(timing.heartbeatInterval()));
    values.put(detector + "acceptable-heartbeat-pause", millis(timing.heartbeatPause()));
    String receptionist = cluster + "typed.receptionist.distributed-data.";
    values.put(receptionist + "gossip-interval", "1 s");
    values.put(receptionist + "notify-subscribers-interval", "200 ms");
  }

  private static void dispatchers(Map<String, Object> values, int threads) {
    for (String dispatcher :
        List.of(
            "pekko.actor.default-dispatcher",
            "pekko.actor.internal-dispatcher",
            "pekko.remote.default-remote-dispatcher")) {
      values.put(dispatcher + ".fork-join-executor.parallelism-min", threads);
      values.put(dispatcher + ".fork-join-executor.parallelism-max", threads);
    }
    values.put(
        "pekko.actor.default-blocking-io-dispatcher.thread-pool-executor.fixed-pool-size", threads);
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
