package io.ebbmesh.sim.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.ebbmesh.accelerator.planted.KnowsSync;
import io.ebbmesh.node.planted.KnowsTooMuch;
import io.ebbmesh.protocol.planted.KnowsAnActor;
import io.ebbmesh.sync.insight.planted.ForgetsAMessage;
import io.ebbmesh.sync.insight.planted.KnowsTheModelRoad;
import io.ebbmesh.sync.insight.planted.Unordered;
import io.ebbmesh.sync.insight.planted.UsesTheCommonPool;
import io.ebbmesh.sync.insight.planted.UsesTheRealWorld;
import io.ebbmesh.sync.link.planted.KnowsARoad;
import io.ebbmesh.sync.model.planted.KnowsTheInsightRoad;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every arrow of the design holds, and every rule is shown to notice a planted violation. */
class ArrowsTest {

  /** Below this many classes the importer has seen too little for its silence to mean anything. */
  private static final int CLASSES_AT_LEAST = 50;

  private static JavaClasses production;

  private static final Map<ArchRule, List<Class<?>>> RULES_WITH_PLANTED = new LinkedHashMap<>();

  static {
    RULES_WITH_PLANTED.put(Arrows.PROTOCOL_KNOWS_NO_OTHER_MODULE, List.of(KnowsAnActor.class));
    RULES_WITH_PLANTED.put(Arrows.ACCELERATOR_KNOWS_ONLY_PROTOCOL, List.of(KnowsSync.class));
    RULES_WITH_PLANTED.put(Arrows.SYNC_KNOWS_ONLY_PROTOCOL, List.of(KnowsARoad.class));
    RULES_WITH_PLANTED.put(Arrows.NOTHING_KNOWS_THE_SIMULATIONS, List.of(KnowsTooMuch.class));
    RULES_WITH_PLANTED.put(
        Arrows.INSIGHT_ROAD_DOES_NOT_KNOW_THE_MODEL_ROAD, List.of(KnowsTheModelRoad.class));
    RULES_WITH_PLANTED.put(
        Arrows.MODEL_ROAD_DOES_NOT_KNOW_THE_INSIGHT_ROAD, List.of(KnowsTheInsightRoad.class));
    RULES_WITH_PLANTED.put(
        Arrows.WHAT_LIES_BELOW_BOTH_ROADS_KNOWS_NEITHER, List.of(KnowsARoad.class));
    RULES_WITH_PLANTED.put(
        Arrows.GENERATED_PROTOBUF_STAYS_IN_THE_CODEC, List.of(KnowsTooMuch.class));
    RULES_WITH_PLANTED.put(Arrows.NETTY_STAYS_BEHIND_THE_LINK, List.of(KnowsTooMuch.class));
    RULES_WITH_PLANTED.put(Arrows.SQL_STAYS_BEHIND_THE_STORE, List.of(KnowsTooMuch.class));
    RULES_WITH_PLANTED.put(Arrows.THE_RUNTIME_STAYS_BEHIND_THE_DEVICE, List.of(KnowsTooMuch.class));
    RULES_WITH_PLANTED.put(Arrows.ONLY_THE_SITE_IS_A_CLUSTER, List.of(KnowsTooMuch.class));
    RULES_WITH_PLANTED.put(
        RoadRules.NO_CLOCK_CHANCE_OR_THREADS,
        List.of(
            UsesTheRealWorld.Clock.class,
            UsesTheRealWorld.Chance.class,
            UsesTheRealWorld.Ids.class,
            UsesTheRealWorld.Sleep.class,
            UsesTheRealWorld.OwnThread.class,
            UsesTheRealWorld.OwnPool.class,
            UsesTheCommonPool.class));
    RULES_WITH_PLANTED.put(
        RoadRules.NO_COLLECTION_WHOSE_ORDER_DIFFERS_BETWEEN_STARTS,
        List.of(Unordered.Constructed.class, Unordered.Factory.class, Unordered.Collected.class));
    RULES_WITH_PLANTED.put(RoadRules.NO_ASK_INSIDE, List.of(UsesTheRealWorld.Asks.class));
    RULES_WITH_PLANTED.put(
        CommandRules.EVERY_SEALED_COMMAND_IS_HANDLED, List.of(ForgetsAMessage.class));
  }

  @BeforeAll
  static void importProduction() {
    production =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ebbmesh");
  }

  @Test
  void theImporterSeesTheProgram() {
    assertThat(production).hasSizeGreaterThan(CLASSES_AT_LEAST);
  }

  @TestFactory
  List<DynamicTest> theProgramKeepsEveryRule() {
    return RULES_WITH_PLANTED.keySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getDescription(),
                    () ->
                        assertThat(
                                rule.allowEmptyShould(true)
                                    .evaluate(production)
                                    .getFailureReport()
                                    .getDetails())
                            .isEmpty()))
        .toList();
  }

  @TestFactory
  List<DynamicTest> everyRuleNoticesAPlantedViolation() {
    return RULES_WITH_PLANTED.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey().getDescription(),
                    () ->
                        assertAll(
                            entry.getValue().stream()
                                .map(planted -> () -> noticed(entry.getKey(), planted)))))
        .toList();
  }

  private static void noticed(ArchRule rule, Class<?> planted) {
    JavaClasses one = new ClassFileImporter().importClasses(planted);
    assertThat(rule.evaluate(one).hasViolation())
        .as("%s notices %s", rule.getDescription(), planted.getSimpleName())
        .isTrue();
  }
}
