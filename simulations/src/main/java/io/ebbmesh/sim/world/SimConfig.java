package io.ebbmesh.sim.world;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Settings with which an actor system runs in a {@link World}. */
public final class SimConfig {

  private static final String EXECUTOR = "executor";
  private static final String SERIALIZERS = "pekko.actor.serializers";
  private static final String BINDINGS = "pekko.actor.serialization-bindings";

  private static final String PEKKO =
      """
      pekko {
        loglevel = OFF
        stdout-loglevel = OFF
        use-slf4j = off
        loggers = ["org.apache.pekko.event.Logging$StandardOutLogger"]
        log-dead-letters = off
        log-dead-letters-during-shutdown = off
        scheduler.implementation = "%1$s"
        coordinated-shutdown.run-by-jvm-shutdown-hook = off
        jvm-shutdown-hooks = off
        jvm-exit-on-fatal-error = off
        actor.default-mailbox.mailbox-type = "%2$s"
        actor.typed.default-mailbox.mailbox-type = "%2$s"
      }
      """
          .formatted(SimScheduler.class.getName(), SimMailbox.class.getName());

  private SimConfig() {}

  /**
   * @param settings of the program, over its defaults
   * @return the same, with every dispatcher and the scheduler in the world's hands, and complete:
   *     Pekko merges nothing into it
   */
  public static Config of(Config settings) {
    Config whole =
        ConfigFactory.parseString(PEKKO)
            .withFallback(settings)
            .withFallback(ConfigFactory.load())
            .resolve();
    whole = withoutCluster(whole);
    Map<String, Object> executors = new LinkedHashMap<>();
    collect(whole.root(), "", executors);
    ConfigObject simulated = ConfigFactory.parseMap(executors).withFallback(whole).root();
    return ((ConfigObject) simulated.withFallback(ConfigValueFactory.fromAnyRef(""))).toConfig();
  }

  /** A simulated process is no member of a cluster: its serializers would only keep time. */
  private static Config withoutCluster(Config whole) {
    Config rest = whole;
    Set<String> gone = new TreeSet<>();
    for (String name : new TreeSet<>(whole.getObject(SERIALIZERS).keySet())) {
      String path = join(SERIALIZERS, ConfigUtil.quoteString(name));
      String type = whole.getString(path);
      if (type.startsWith("org.apache.pekko.cluster")
          || type.startsWith("org.apache.pekko.remote")) {
        gone.add(name);
        rest = rest.withoutPath(path);
      }
    }
    for (String type : new TreeSet<>(whole.getObject(BINDINGS).keySet())) {
      String path = join(BINDINGS, ConfigUtil.quoteString(type));
      if (gone.contains(whole.getString(path))) {
        rest = rest.withoutPath(path);
      }
    }
    return rest;
  }

  private static void collect(ConfigObject object, String path, Map<String, Object> executors) {
    if (object.containsKey(EXECUTOR)) {
      executors.put(join(path, EXECUTOR), SimExecutorConfigurator.class.getName());
      executors.put(join(path, "type"), "Dispatcher");
    }
    for (String key : new TreeSet<>(object.keySet())) {
      ConfigValue value = object.get(key);
      if (value instanceof ConfigObject child) {
        collect(child, join(path, ConfigUtil.quoteString(key)), executors);
      }
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
