package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Decided;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PekkoSiteTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private TestSite site;

  @BeforeEach
  void threeAddresses() throws IOException {
    site = new TestSite(directory, 3);
  }

  @AfterEach
  void leave() {
    site.close();
  }

  private static Decided decidedThrough(PekkoSite node) {
    List<InferenceAnswer> answers = new ArrayList<>();
    TestSite.within(20)
        .until(
            () -> {
              answers.add(0, TestSite.offer(node, SECOND));
              return answers.get(0) instanceof Decided;
            });
    return (Decided) answers.get(0);
  }

  @Test
  void aNodeWithoutADeviceDecidesThroughItsNeighboursInTurn() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    PekkoSite one = site.start(1, TestSite.decides(1));
    PekkoSite two = site.start(2, TestSite.decides(2));
    one.advertise(Set.of("motes"));
    two.advertise(Set.of("motes"));
    TestSite.awaitWhole(3, zero, one, two);

    Decided decided = decidedThrough(zero);

    assertThat(decided.release()).isEqualTo(7);
    assertThat(decided.outputs())
        .hasEntrySatisfying("x", x -> assertThat(x.floats()).containsExactly(1.5f, -2f));
    TestSite.within(20)
        .untilAsserted(
            () ->
                assertThat(List.of(decidedThrough(zero), decidedThrough(zero)))
                    .extracting(Decided::decidedBy)
                    .containsExactlyInAnyOrder("node-1", "node-2"));
    assertThat(zero.view().members())
        .extracting(SiteView.Member::node)
        .containsExactlyInAnyOrder("node-0", "node-1", "node-2");
  }

  @Test
  void theLastOfThreeStaysAndTheSiteIsWholeAgainWhenTheOthersReturn() throws IOException {
    PekkoSite zero = site.start(0, TestSite.decides(0));
    PekkoSite one = site.start(1, TestSite.decides(1));
    PekkoSite two = site.start(2, TestSite.decides(2));
    one.advertise(Set.of("motes"));
    TestSite.awaitWhole(3, zero, one, two);
    decidedThrough(two);

    TestSite.kill(zero);
    TestSite.kill(one);

    // The resolver ends what is left of the cluster, or leaves this node alone in it if one death
    // was noticed well before the other; the node answers all the while.
    TestSite.within(30)
        .until(
            () ->
                (two.view().rebuilds() >= 1 || two.view().members().size() == 1)
                    && TestSite.offer(two, SECOND) instanceof Failed failed
                    && failed.reason() == Reason.NO_DEVICE);
    long asked = System.nanoTime();
    assertThat(TestSite.offer(two, SECOND))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.NO_DEVICE));
    assertThat(System.nanoTime() - asked).isLessThan(SECOND.toNanos());

    PekkoSite zeroAgain = site.start(0, TestSite.decides(0));
    PekkoSite oneAgain = site.start(1, TestSite.decides(1));
    oneAgain.advertise(Set.of("motes"));
    TestSite.awaitWhole(3, zeroAgain, oneAgain, two);
    assertThat(decidedThrough(two).decidedBy()).isEqualTo("node-1");
  }

  @Test
  void theFirstSeedComesBackToTheSiteThatExists() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    PekkoSite one = site.start(1, LocalInference.none());
    PekkoSite two = site.start(2, LocalInference.none());
    TestSite.awaitWhole(3, zero, one, two);

    TestSite.kill(zero);
    PekkoSite again = site.start(0, LocalInference.none());

    TestSite.within(20).until(() -> again.view().members().size() == 3);
    TestSite.awaitWhole(3, again, one, two);
    assertThat(List.of(one.view().rebuilds(), two.view().rebuilds())).containsOnly(0L);
  }

  @Test
  void aSiteFormsWithoutItsFirstSeed() throws IOException {
    PekkoSite one = site.start(1, LocalInference.none());
    PekkoSite two = site.start(2, LocalInference.none());

    TestSite.awaitWhole(2, one, two);
  }

  @Test
  void twoSitesThatFormedApartBecomeOneWithTheSmallerGivingWay() throws IOException {
    List<SiteSettings.HostPort> all = site.addresses();
    PekkoSite two = start(2, List.of(all.get(2), all.get(0)));
    TestSite.awaitWhole(1, two);
    PekkoSite zero = start(0, all.subList(0, 1));
    PekkoSite one = start(1, all.subList(0, 1));

    TestSite.awaitWhole(3, zero, one, two);
  }

  private PekkoSite start(int node, List<SiteSettings.HostPort> seeds) throws IOException {
    return site.start(
        node,
        site.settings(node, site.commonAuthority(), seeds),
        TestClock.right(),
        LocalInference.none());
  }

  @Test
  void anAnswerThatComesTooLateIsADeadline() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    PekkoSite one = site.start(1, request -> new CompletableFuture<>());
    one.advertise(Set.of("motes"));
    TestSite.awaitWhole(2, zero, one);

    TestSite.within(20)
        .untilAsserted(
            () -> {
              long asked = System.nanoTime();
              InferenceAnswer answer = TestSite.offer(zero, Duration.ofMillis(300));
              assertThat(answer)
                  .isInstanceOfSatisfying(
                      Failed.class,
                      failed -> assertThat(failed.reason()).isEqualTo(Reason.DEADLINE));
              assertThat(System.nanoTime() - asked).isLessThan(SECOND.toNanos());
            });
  }

  @Test
  void aNeighbourThatDiesMidwayIsReplacedWithinTheBudget() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    List<CompletableFuture<InferenceAnswer>> held = new CopyOnWriteArrayList<>();
    LocalInference holds =
        request -> {
          CompletableFuture<InferenceAnswer> never = new CompletableFuture<>();
          held.add(never);
          return never;
        };
    PekkoSite one = site.start(1, holds);
    one.advertise(Set.of("motes"));
    PekkoSite two = site.start(2, TestSite.decides(2));
    TestSite.awaitWhole(3, zero, one, two);
    CompletableFuture<InferenceAnswer> open = new CompletableFuture<>();
    TestSite.within(20)
        .until(
            () -> {
              if (held.isEmpty()) {
                zero.offer(TestSite.request(Duration.ofSeconds(20)))
                    .thenAccept(
                        answer -> {
                          if (answer instanceof Decided) {
                            open.complete(answer);
                          }
                        });
              }
              return !held.isEmpty();
            });

    two.advertise(Set.of("motes"));
    TestSite.kill(one);

    assertThat(open.orTimeout(20, TimeUnit.SECONDS).join())
        .isInstanceOfSatisfying(
            Decided.class, decided -> assertThat(decided.decidedBy()).isEqualTo("node-2"));
  }

  @Test
  void aNeighbourThatIsSlowOrBusyDoesNotKeepAnotherFromDeciding() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    PekkoSite one = site.start(1, request -> new CompletableFuture<>());
    PekkoSite two = site.start(2, TestSite.decides(2));
    one.advertise(Set.of("motes"));
    two.advertise(Set.of("motes"));
    TestSite.awaitWhole(3, zero, one, two);
    // Both are known once node 1, which never answers, was tried and given up.
    TestSite.within(20)
        .until(
            () -> {
              long asked = System.nanoTime();
              decidedThrough(zero);
              return System.nanoTime() - asked > SECOND.toNanos() / 4;
            });

    List<CompletableFuture<InferenceAnswer>> offers = new ArrayList<>();
    // One below the limit: the offer before may not have left the count yet.
    for (int i = 0; i < 3; i++) {
      offers.add(zero.offer(TestSite.request(SECOND)).toCompletableFuture());
    }

    assertThat(offers)
        .extracting(CompletableFuture::join)
        .allSatisfy(answer -> assertThat(answer).isInstanceOf(Decided.class));
  }

  @Test
  void aRequestThatIsTooLargeIsNotSent() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    InferenceRequest large =
        new InferenceRequest(
            "motes",
            Map.of("x", Tensor.ofFloats(new long[] {100_000}, new float[100_000])),
            SECOND.toNanos());
    TestSite.awaitWhole(1, zero);

    assertThat(zero.offer(large).toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(Reason.BAD_INPUT);
              assertThat(failed.message()).contains("ebbmesh.node.site.max-message-bytes");
            });
  }

  @Test
  void offersBeyondTheLimitAreBusyAtOnce() throws IOException {
    PekkoSite zero = site.start(0, LocalInference.none());
    PekkoSite one = site.start(1, request -> new CompletableFuture<>());
    one.advertise(Set.of("motes"));
    TestSite.awaitWhole(2, zero, one);
    TestSite.within(20)
        .until(
            () ->
                TestSite.offer(zero, Duration.ofMillis(100)) instanceof Failed failed
                    && failed.reason() == Reason.DEADLINE);

    List<CompletableFuture<InferenceAnswer>> offers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      offers.add(zero.offer(TestSite.request(SECOND)).toCompletableFuture());
    }

    assertThat(offers.get(4)).isCompleted();
    assertThat(offers.get(4).join())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(Reason.BUSY);
              assertThat(failed.message()).contains("ebbmesh.node.site.max-in-flight");
            });
  }
}
