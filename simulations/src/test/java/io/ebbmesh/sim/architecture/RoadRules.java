package io.ebbmesh.sim.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/** What the roads never do, so that a simulator can run them on one thread in virtual time. */
final class RoadRules {

  /** Packages whose code must be the same run for the same seed. */
  static final String[] ROADS = {
    "io.ebbmesh.protocol..",
    "io.ebbmesh.accelerator.infer..",
    "io.ebbmesh.accelerator.slot..",
    "io.ebbmesh.sync.codec..",
    "io.ebbmesh.sync.insight..",
    "io.ebbmesh.sync.model..",
    "io.ebbmesh.sync.session..",
    "io.ebbmesh.sync.log..",
    "io.ebbmesh.sync.journal..",
    "io.ebbmesh.node.pipeline.."
  };

  /** Adapters behind ports, and code that is generated. */
  static final String[] ADAPTERS = {
    "io.ebbmesh.sync.insight.store.sqlite..", "io.ebbmesh..codec.proto.."
  };

  private static final Map<String, Set<String>> CLOCK_CHANCE_THREADS =
      Map.ofEntries(
          Map.entry("java.lang.System", Set.of("currentTimeMillis", "nanoTime")),
          Map.entry("java.lang.Math", Set.of("random")),
          Map.entry("java.time.Instant", Set.of("now")),
          Map.entry("java.time.LocalDateTime", Set.of("now")),
          Map.entry("java.time.ZonedDateTime", Set.of("now")),
          Map.entry("java.time.OffsetDateTime", Set.of("now")),
          Map.entry("java.time.LocalDate", Set.of("now")),
          Map.entry("java.util.Date", Set.of("<init>")),
          Map.entry("java.util.Random", Set.of("<init>")),
          Map.entry("java.util.SplittableRandom", Set.of("<init>")),
          Map.entry("java.security.SecureRandom", Set.of("<init>")),
          Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")),
          Map.entry("java.util.UUID", Set.of("randomUUID")),
          Map.entry("java.lang.Thread", Set.of("<init>", "sleep", "start")),
          Map.entry("java.util.concurrent.ForkJoinPool", Set.of("commonPool", "<init>")),
          Map.entry("java.util.Collection", Set.of("parallelStream")));

  private static final Set<String> UNORDERED_CONSTRUCTED =
      Set.of(
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap");

  private static final Map<String, Set<String>> UNORDERED_FACTORIES =
      Map.of(
          "java.util.Set", Set.of("of", "copyOf"),
          "java.util.Map", Set.of("of", "copyOf", "ofEntries"),
          "java.util.stream.Collectors",
              Set.of(
                  "toSet",
                  "toUnmodifiableSet",
                  "toMap",
                  "toUnmodifiableMap",
                  "groupingBy",
                  "partitioningBy"));

  static final ArchRule NO_CLOCK_CHANCE_OR_THREADS =
      noClasses()
          .that()
          .resideInAnyPackage(ROADS)
          .and()
          .resideOutsideOfPackages(ADAPTERS)
          .and(areNotSamples())
          .should()
          .accessTargetWhere(
              calls("reads a clock, draws chance or makes threads", CLOCK_CHANCE_THREADS)
                  .or(ownedBy("an executor of its own", "java.util.concurrent.Executors"))
                  .or(asyncOnTheCommonPool()));

  static final ArchRule NO_COLLECTION_WHOSE_ORDER_DIFFERS_BETWEEN_STARTS =
      noClasses()
          .that()
          .resideInAnyPackage(ROADS)
          .and()
          .resideOutsideOfPackages(ADAPTERS)
          .should()
          .accessTargetWhere(
              calls("makes an unordered collection", UNORDERED_FACTORIES)
                  .or(
                      new DescribedPredicate<>("constructs an unordered collection") {
                        @Override
                        public boolean test(JavaAccess<?> access) {
                          return access.getName().equals("<init>")
                              && UNORDERED_CONSTRUCTED.contains(access.getTargetOwner().getName())
                              && !access.getOriginOwner().getName().startsWith("java.");
                        }
                      }));

  static final ArchRule NO_ASK_INSIDE =
      noClasses()
          .that()
          .resideInAnyPackage(ROADS)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.pekko.actor.typed.javadsl.AskPattern");

  private RoadRules() {}

  /** Generators of benchmark and test data, which are seeded by their caller. */
  private static DescribedPredicate<JavaClass> areNotSamples() {
    return JavaClass.Predicates.resideOutsideOfPackage("io.ebbmesh.protocol.sample..");
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      String what, Map<String, Set<String>> banned) {
    return new DescribedPredicate<>(what) {
      @Override
      public boolean test(JavaAccess<?> access) {
        Set<String> names = banned.get(access.getTargetOwner().getName());
        return names != null && names.contains(access.getName());
      }
    };
  }

  private static DescribedPredicate<JavaAccess<?>> ownedBy(String what, String owner) {
    return new DescribedPredicate<>(what) {
      @Override
      public boolean test(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals(owner);
      }
    };
  }

  private static DescribedPredicate<JavaAccess<?>> asyncOnTheCommonPool() {
    return new DescribedPredicate<>("runs something on the common pool") {
      @Override
      public boolean test(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals("java.util.concurrent.CompletableFuture")
            && access.getName().endsWith("Async")
            && !access.getTarget().getFullName().contains("Executor");
      }
    };
  }
}
