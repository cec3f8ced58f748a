package io.ebbmesh.sim.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;

/** Which part may know which, as the design draws it. */
final class Arrows {

  static final String PROTOCOL = "io.ebbmesh.protocol..";
  static final String ACCELERATOR = "io.ebbmesh.accelerator..";
  static final String SYNC = "io.ebbmesh.sync..";
  static final String NODE = "io.ebbmesh.node..";
  static final String SIMULATIONS = "io.ebbmesh.sim..";
  static final String INSIGHT_ROAD = "io.ebbmesh.sync.insight..";
  static final String MODEL_ROAD = "io.ebbmesh.sync.model..";
  static final String CODEC = "io.ebbmesh..codec..";

  static final ArchRule PROTOCOL_KNOWS_NO_OTHER_MODULE =
      noClasses()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ACCELERATOR, SYNC, NODE, SIMULATIONS, "org.apache.pekko..");

  static final ArchRule ACCELERATOR_KNOWS_ONLY_PROTOCOL =
      noClasses()
          .that()
          .resideInAPackage(ACCELERATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SYNC, NODE, SIMULATIONS);

  static final ArchRule SYNC_KNOWS_ONLY_PROTOCOL =
      noClasses()
          .that()
          .resideInAPackage(SYNC)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ACCELERATOR, NODE, SIMULATIONS);

  static final ArchRule NOTHING_KNOWS_THE_SIMULATIONS =
      noClasses()
          .that()
          .resideOutsideOfPackage(SIMULATIONS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SIMULATIONS);

  static final ArchRule INSIGHT_ROAD_DOES_NOT_KNOW_THE_MODEL_ROAD =
      noClasses()
          .that()
          .resideInAPackage(INSIGHT_ROAD)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(MODEL_ROAD);

  static final ArchRule MODEL_ROAD_DOES_NOT_KNOW_THE_INSIGHT_ROAD =
      noClasses()
          .that()
          .resideInAPackage(MODEL_ROAD)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INSIGHT_ROAD);

  static final ArchRule WHAT_LIES_BELOW_BOTH_ROADS_KNOWS_NEITHER =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.ebbmesh.sync.storage..",
              "io.ebbmesh.sync.log..",
              "io.ebbmesh.sync.journal..",
              "io.ebbmesh.sync.link..",
              "io.ebbmesh.sync.session..",
              "io.ebbmesh.sync.pki..",
              "io.ebbmesh.sync.clock..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INSIGHT_ROAD, MODEL_ROAD);

  static final ArchRule GENERATED_PROTOBUF_STAYS_IN_THE_CODEC =
      noClasses()
          .that()
          .resideOutsideOfPackage(CODEC)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ebbmesh..codec.proto..", "com.google.protobuf..");

  static final ArchRule NETTY_STAYS_BEHIND_THE_LINK =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.ebbmesh.protocol.codec.netty..",
              "io.ebbmesh.sync.link.netty..",
              "io.ebbmesh.sim.process..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  static final ArchRule SQL_STAYS_BEHIND_THE_STORE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.ebbmesh.sync.insight.store.sqlite..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.sqlite..", "org.flywaydb..");

  static final ArchRule THE_RUNTIME_STAYS_BEHIND_THE_DEVICE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.ebbmesh.accelerator.device.onnx..",
              "io.ebbmesh.node.detector..",
              "io.ebbmesh.sim.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  static final ArchRule ONLY_THE_SITE_IS_A_CLUSTER =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.ebbmesh.node.site..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pekko.cluster..", "org.apache.pekko.remote..");

  private Arrows() {}
}
