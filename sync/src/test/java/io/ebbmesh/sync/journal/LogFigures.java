package io.ebbmesh.sync.journal;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.sync.log.DamageReport;
import io.ebbmesh.sync.log.LogSettings;
import io.ebbmesh.sync.log.SegmentLog;
import io.ebbmesh.sync.storage.FileStorage;
import io.ebbmesh.sync.storage.SeededChance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import scala.jdk.javaapi.CollectionConverters;

/** Prints what the log and the journal cost on a disk: {@code LogFigures DIRECTORY}. */
final class LogFigures {

  private static final int ROUNDS = 3_000;

  private LogFigures() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    for (int run = 0; run < 3; run++) {
      System.out.printf("4 KiB fdatasync, pre-written file: %s%n", plain(root.resolve("plain")));
      System.out.printf("log, one 4 kB record a commit:     %s%n", singles(root.resolve("one")));
      System.out.printf(
          "journal actor, 1 in flight, 4 kB:  %s%n", journal(root.resolve("j1"), 4_000));
    }
    throughput(root.resolve("many"), 20_000, 1, 4_000);
    throughput(root.resolve("many"), 20_000, 8, 20_000);
    million(root.resolve("million"));
    System.exit(0);
  }

  private static String plain(Path directory) throws IOException {
    Files.createDirectories(directory);
    int blocks = 4_096;
    long[] nanos = new long[ROUNDS];
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("file"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ)) {
      ByteBuffer block = ByteBuffer.allocateDirect(4_096);
      for (int i = 0; i < blocks; i++) {
        file.write(block.clear(), i * 4_096L);
      }
      file.force(true);
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        file.write(block.clear(), i * 4_096L);
        file.force(false);
        nanos[i] = System.nanoTime() - start;
      }
    }
    return percentiles(nanos);
  }

  private static SegmentLog open(Path directory) throws IOException {
    LogSettings settings =
        LogSettings.of(ConfigFactory.defaultReference().getConfig("ebbmesh.sync.log"));
    return SegmentLog.open(
        FileStorage.create(directory),
        "log",
        settings,
        new SeededChance(System.nanoTime()),
        new DamageReport(100));
  }

  private static String singles(Path directory) throws IOException {
    delete(directory);
    long[] nanos = new long[ROUNDS];
    try (SegmentLog log = open(directory)) {
      byte[] body = new byte[4_000];
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        log.append("lane", List.of(entry(i + 1, body)));
        log.commit();
        nanos[i] = System.nanoTime() - start;
        if (log.wantsFree()) {
          log.prepareFree();
        }
      }
    }
    return percentiles(nanos);
  }

  private static SegmentLog.Entry entry(long sequenceNr, byte[] body) {
    return new SegmentLog.Entry(sequenceNr, ByteBuffer.allocate(0), ByteBuffer.wrap(body));
  }

  /** Writes the next event when the one before is durable, as a lane does. */
  static final class OneInFlight extends AbstractActor {
    private final ActorRef journal;
    private final byte[] body;
    private final BlockingQueue<long[]> result;
    private final long[] nanos = new long[ROUNDS];
    private int done;
    private long started;

    OneInFlight(ActorRef journal, int bytes, BlockingQueue<long[]> result) {
      this.journal = journal;
      this.body = new byte[bytes];
      this.result = result;
    }

    @Override
    public void preStart() {
      write();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(JournalProtocol.WriteMessageSuccess.class, message -> next())
          .matchAny(message -> {})
          .build();
    }

    private void next() {
      nanos[done++] = System.nanoTime() - started;
      if (done < ROUNDS) {
        write();
      } else {
        result.add(nanos);
      }
    }

    private void write() {
      started = System.nanoTime();
      PersistentRepr event =
          PersistentRepr.apply(body, done + 1L, "lane", "", false, ActorRef.noSender(), "writer");
      PersistentEnvelope write = AtomicWrite.apply(event);
      journal.tell(
          new JournalProtocol.WriteMessages(
              CollectionConverters.asScala(List.of(write)).toList(), self(), 1),
          self());
    }
  }

  private static String journal(Path directory, int bytes) throws Exception {
    delete(directory);
    ActorSystem system =
        ActorSystem.create(
            "figures",
            ConfigFactory.parseString(
                    "ebbmesh.sync.log { segment-size = 16 MiB, max-record-size = 4 MiB }")
                .withFallback(JournalConfig.of(directory)));
    BlockingQueue<long[]> result = new ArrayBlockingQueue<>(1);
    ActorRef journal =
        Persistence.get(system).journalFor(EbbmeshLog.JOURNAL, ConfigFactory.empty());
    system.actorOf(Props.create(OneInFlight.class, () -> new OneInFlight(journal, bytes, result)));
    long[] nanos = result.take();
    JournalConfig.stop(system);
    return percentiles(nanos);
  }

  private static void throughput(Path directory, int bytes, int group, int records)
      throws IOException {
    delete(directory);
    try (SegmentLog log = open(directory)) {
      byte[] body = new byte[bytes];
      new java.util.SplittableRandom(1).nextBytes(body);
      long start = System.nanoTime();
      for (int i = 0; i < records; i++) {
        log.append("lane", List.of(entry(i + 1, body)));
        if (i % group == group - 1) {
          log.commit();
        }
      }
      log.commit();
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%d bytes, %d a commit: %.0f appends/s, %.0f MB/s%n",
          bytes, group, records / seconds, records / seconds * bytes / 1e6);
    }
    delete(directory);
  }

  private static void million(Path directory) throws IOException {
    delete(directory);
    byte[] body = new byte[64];
    try (SegmentLog log = open(directory)) {
      for (int i = 1; i <= 1_000_000; i++) {
        log.append("lane-" + i % 4, List.of(entry(i, body)));
        if (i % 1_000 == 0) {
          log.commit();
        }
      }
    }
    for (int run = 0; run < 3; run++) {
      long before = heap();
      long start = System.nanoTime();
      try (SegmentLog log = open(directory)) {
        double millis = (System.nanoTime() - start) / 1e6;
        System.out.printf(
            "1,000,000 records of 64 bytes: open %.0f ms, heap %.1f MB, %s, highest %d%n",
            millis, (heap() - before) / 1e6, log.usage(), log.highestSequenceNr("lane-0"));
        start = System.nanoTime();
        log.verify();
        System.out.printf("  read all: %.0f ms%n", (System.nanoTime() - start) / 1e6);
      }
    }
    delete(directory);
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static String percentiles(long[] nanos) {
    long[] sorted = Arrays.copyOfRange(nanos, nanos.length / 5, nanos.length);
    Arrays.sort(sorted);
    return String.format(
        java.util.Locale.ROOT,
        "p50 %.0f us, p99 %.0f us",
        sorted[sorted.length / 2] / 1e3,
        sorted[sorted.length * 99 / 100] / 1e3);
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
