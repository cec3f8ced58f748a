package io.ebbmesh.sync.model.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Variant;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.model.verify.Candidate;
import io.ebbmesh.sync.model.verify.Rejected;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FetchMachineTest {

  private static final int CHUNK = 4;
  private static final byte[] FILE = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  private static final Candidate WANTED = candidate(FILE);
  private static final Digest DIGEST = WANTED.variant().digest();

  private final FetchMachine machine = new FetchMachine(2, 100);
  private long now;

  @Test
  void neverMoreThanTheWindowIsAskedFor() {
    assertThat(begin())
        .containsExactly(
            new FetchMachine.CreatePart(1, DIGEST),
            new FetchMachine.Request(DIGEST, 0),
            new FetchMachine.Request(DIGEST, 1));
    assertThat(chunk(0)).hasOnlyElementsOfType(FetchMachine.Write.class);
    assertThat(written(0)).containsExactly(new FetchMachine.Request(DIGEST, 2));
  }

  @Test
  void chunksMayComeInAnyOrderAndTheLastWriteCompletes() {
    begin();
    chunk(1);
    written(1);
    chunk(0);
    chunk(2);
    assertThat(written(2)).containsExactly(new FetchMachine.Request(DIGEST, 3));
    assertThat(written(0)).isEmpty();
    chunk(3);
    assertThat(written(3)).containsExactly(new FetchMachine.CompletePart(1, WANTED.variant()));
    assertThat(feed(new FetchMachine.Completed(1)))
        .containsExactly(new FetchMachine.Fetched(WANTED));
    assertThat(machine.isIdle()).isTrue();
  }

  @Test
  void whatWasNotAskedForIsDropped() {
    begin();
    assertThat(chunk(3)).isEmpty();
    assertThat(feed(in(Digest.of(new byte[9]), 0, new byte[1]))).isEmpty();
    chunk(0);
    assertThat(chunk(0)).isEmpty();
  }

  @Test
  void aWrongChunkFailsTheFetch() {
    begin();
    List<FetchMachine.Output> out = feed(in(DIGEST, 0, new byte[] {1, 2, 3, 5}));
    failed(out, Why.BAD_CHUNK);
  }

  @Test
  void anEmptyChunkMeansThatTheHubDoesNotHaveIt() {
    begin();
    failed(feed(in(DIGEST, 0, new byte[0])), Why.NOT_AT_HUB);
  }

  @Test
  void silenceFailsTheFetchAndEachChunkMovesTheDeadline() {
    begin();
    now = 99;
    chunk(0);
    now = 150;
    assertThat(feed(new FetchMachine.Wake())).isEmpty();
    now = machine.wakeAtNanos();
    assertThat(now).isEqualTo(199);
    failed(feed(new FetchMachine.Wake()), Why.STALLED);
  }

  @Test
  void aLostLinkIsNoFailure() {
    begin();
    assertThat(feed(new FetchMachine.LinkDown()))
        .containsExactly(new FetchMachine.DropPart(1, DIGEST));
    assertThat(machine.isIdle()).isTrue();
    assertThat(machine.wakeAtNanos()).isEqualTo(FetchMachine.NEVER);
  }

  @Test
  void lateAnswersOfAnEarlierFetchMeanNothing() {
    begin();
    chunk(0);
    feed(new FetchMachine.Abandon());
    begin();
    assertThat(written(0)).isEmpty();
    assertThat(feed(new FetchMachine.DiskFailed(1, new Rejected(Why.STORAGE, "late")))).isEmpty();
    assertThat(machine.isIdle()).isFalse();
  }

  @Test
  void aDiskThatFailsFailsTheFetch() {
    begin();
    failed(feed(new FetchMachine.DiskFailed(1, new Rejected(Why.STORAGE, "full"))), Why.STORAGE);
  }

  private void failed(List<FetchMachine.Output> out, Why why) {
    assertThat(out).hasSize(2);
    assertThat(out.get(0)).isEqualTo(new FetchMachine.DropPart(1, DIGEST));
    assertThat(out.get(1))
        .isInstanceOfSatisfying(
            FetchMachine.Failed.class, f -> assertThat(f.problem().why()).isEqualTo(why));
    assertThat(machine.isIdle()).isTrue();
  }

  private List<FetchMachine.Output> begin() {
    return feed(new FetchMachine.Begin(WANTED));
  }

  private List<FetchMachine.Output> chunk(int number) {
    return feed(in(DIGEST, number, slice(FILE, number)));
  }

  private List<FetchMachine.Output> written(int number) {
    return feed(new FetchMachine.Written(1, number));
  }

  private List<FetchMachine.Output> feed(FetchMachine.Input input) {
    return machine.on(now, input);
  }

  private static FetchMachine.ChunkIn in(Digest file, int number, byte[] bytes) {
    return new FetchMachine.ChunkIn(new Frame.Chunk(file, number, bytes));
  }

  private static byte[] slice(byte[] file, int number) {
    int from = number * CHUNK;
    return Arrays.copyOfRange(file, from, Math.min(file.length, from + CHUNK));
  }

  private static Candidate candidate(byte[] file) {
    List<Digest> chunks = new ArrayList<>();
    for (int i = 0; i * CHUNK < file.length; i++) {
      chunks.add(Digest.of(slice(file, i)));
    }
    Variant variant = new Variant("cpu", "onnx", file.length, Digest.of(file), CHUNK, chunks);
    ModelManifest manifest =
        new ModelManifest(new ModelRelease("m", 1), List.of(variant), new TreeMap<>(), List.of());
    return new Candidate(new SignedManifest("k", new byte[0], new byte[0]), manifest, variant);
  }
}
