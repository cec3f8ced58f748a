package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.insight.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link InsightStore} in one SQLite file: write-ahead log, {@code synchronous=FULL}. One thread
 * writes; whatever waits when it is free goes into one transaction. Stages complete on that thread,
 * after the commit.
 */
public final class SqliteInsightStore implements InsightStore {

  private static final Logger LOG = LoggerFactory.getLogger(SqliteInsightStore.class);

  private final StoreFile file;
  private final SqliteSettings settings;
  private final LongSupplier wallMillis;
  private final ArrivalClock arrivals;
  private final Sweep sweep;
  private final FileWatch watch;
  private final BlockingQueue<StoreTask<?>> waiting;
  private final StoreTask<Void> close = new StoreTask<>(writer -> null, 0);
  private final Thread thread;
  private volatile boolean closed;
  private volatile long transactions;
  private volatile long quarantineGivenUp;
  private @Nullable StoreWriter writer;

  /** Whether a commit failed since what is in the log was last known to be durable. */
  private boolean doubtful;

  private SqliteInsightStore(
      StoreFile file, SqliteSettings settings, Retention retention, LongSupplier wallMillis) {
    this.file = file;
    this.wallMillis = wallMillis;
    this.arrivals = new ArrivalClock(retention, wallMillis, System::nanoTime);
    this.sweep = new Sweep(file.path(), retention, arrivals);
    this.watch = new FileWatch(file.path(), file.log());
    this.settings = settings.within(retention);
    this.waiting = new LinkedBlockingQueue<>(settings.maxWaitingChanges());
    this.thread = new Thread(this::run, "ebbmesh-store");
  }

  /**
   * Opens the store, makes it if it is not there, and brings its schema up to date.
   *
   * @throws StoreException if it cannot be used; the file is left as it is
   */
  public static SqliteInsightStore open(Path path, SqliteSettings settings) {
    return open(path, settings, Retention.NONE, System::currentTimeMillis);
  }

  /**
   * As {@link #open(Path, SqliteSettings)}.
   *
   * @param retention what is deleted
   * @param wallMillis the hub's clock, milliseconds since 1970: when things arrive
   */
  public static SqliteInsightStore open(
      Path path, SqliteSettings settings, Retention retention, LongSupplier wallMillis) {
    StoreFile file = new StoreFile(path);
    file.prepare(settings);
    SqliteInsightStore store = new SqliteInsightStore(file, settings, retention, wallMillis);
    try {
      store.connect();
    } catch (SQLException e) {
      throw file.problem(e);
    }
    store.thread.start();
    return store;
  }

  @Override
  public CompletionStage<Map<Lane, Cursor>> cursors(NodeId node, Incarnation incarnation) {
    return submit(new StoreTask<>(to -> to.cursors(node, incarnation), 1));
  }

  @Override
  public CompletionStage<Outcome> apply(Change change) {
    int rows = change instanceof StoreBlock block ? block.insights().size() : 1;
    if (change instanceof StoreBlock block && rows != block.seqs().count()) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "block " + block.seqs() + " comes with " + rows + " insights"));
    }
    return submit(new StoreTask<>(to -> to.apply(change), rows, quarantineOf(change)));
  }

  /** Else a node would send a block that is never taken for ever, and all others would wait. */
  private static @Nullable Function<String, StoreTask.Work<Outcome>> quarantineOf(Change change) {
    if (!(change instanceof StoreBlock block) || block.bytes().length == 0) {
      return null;
    }
    return problem ->
        to ->
            to.apply(
                new Quarantine(
                    block.lane(), block.expected(), block.seqs(), block.bytes(), problem));
  }

  @Override
  public CompletionStage<HelloOutcome> recordHello(Greeting greeting) {
    CompletableFuture<HelloOutcome> done = new CompletableFuture<>();
    recordHello(greeting, done);
    return done;
  }

  /** In transactions between those of others, if there is much to do. */
  private void recordHello(Greeting greeting, CompletableFuture<HelloOutcome> done) {
    this.<Optional<HelloOutcome>>submit(
            new StoreTask<>(to -> to.recordHello(greeting), greeting.heads().size()))
        .whenComplete(
            (outcome, failure) -> {
              if (failure != null) {
                done.completeExceptionally(failure);
              } else if (outcome.isPresent()) {
                done.complete(outcome.get());
              } else {
                recordHello(greeting, done);
              }
            });
  }

  @Override
  public CompletionStage<HelloOutcome> compareHello(Greeting greeting) {
    return submit(new StoreTask<>(to -> to.compareHello(greeting), 1));
  }

  @Override
  public CompletionStage<Void> recordBootTime(NodeId node, BootTime time, long hubWallMillis) {
    return submit(
        new StoreTask<Void>(
            to -> {
              to.recordBootTime(node, time, hubWallMillis);
              return null;
            },
            1));
  }

  /** How many transactions were committed since the opening. Any thread. */
  public long transactions() {
    return transactions;
  }

  /**
   * How many blocks in quarantine gave up their bytes, for the limit {@code quarantine.max-size},
   * since the opening. Any thread.
   */
  public long quarantineGivenUp() {
    return quarantineGivenUp;
  }

  private <T> CompletionStage<T> submit(StoreTask<T> task) {
    if (closed) {
      task.done.completeExceptionally(new StoreException(file.path() + ": the store is closed"));
    } else if (!waiting.offer(task)) {
      task.done.completeExceptionally(
          new StoreException(
              file.path()
                  + ": "
                  + settings.maxWaitingChanges()
                  + " changes wait, the limit max-waiting-changes; try again later"));
    }
    return task.done;
  }

  /** Completes what waits, then closes the file. Blocks until that is done. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      waiting.put(close);
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<StoreTask<?>> batch = new ArrayList<>();
    boolean ends = false;
    while (!ends) {
      try {
        batch.clear();
        ends = take(batch);
        write(batch);
        sweep();
      } catch (InterruptedException e) {
        ends = true;
      } catch (RuntimeException e) {
        // Nobody may wait forever for a thread that died; what failed is told, the rest goes on.
        LOG.error("{}: the store's thread met a bug", file.path(), e);
        fail(batch, e);
        disconnect();
      }
    }
    disconnect();
    StoreException gone = new StoreException(file.path() + ": the store is closed");
    for (StoreTask<?> task = waiting.poll(); task != null; task = waiting.poll()) {
      task.done.completeExceptionally(gone);
    }
  }

  /**
   * Waits for work, until retention is due, and takes what is there. Returns true if the store is
   * to be closed after it.
   */
  private boolean take(List<StoreTask<?>> batch) throws InterruptedException {
    StoreTask<?> next = waiting.poll(sweep.waitNanos(), TimeUnit.NANOSECONDS);
    int rows = 0;
    while (next != null && next != close) {
      batch.add(next);
      rows += next.rows;
      next = rows < settings.maxBatchRows() ? waiting.poll() : null;
    }
    return next == close;
  }

  private void write(List<StoreTask<?>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      transact(batch);
    } catch (SQLException | RuntimeException e) {
      disconnect();
      doubtful = true;
      boolean concernsAll =
          e instanceof StoreException || (e instanceof SQLException sql && concernsAll(sql));
      if (concernsAll || (batch.size() == 1 && !becomesQuarantine(batch.get(0), e))) {
        fail(batch, e instanceof SQLException sql ? file.problem(sql) : e);
        return;
      }
      // One of them may be what fails: the others must not pay for it.
      LOG.warn("{}: a transaction failed, writing its parts one by one", file.path(), e);
      for (StoreTask<?> task : batch) {
        write(List.of(task));
      }
    }
  }

  /** What failed alone, for what is in it, would fail each time. */
  private static boolean becomesQuarantine(StoreTask<?> task, Exception e) {
    return e instanceof SQLException sql
        && concernsContent(sql)
        && task.turnsTo("the store cannot take it: " + e.getMessage());
  }

  private void transact(List<StoreTask<?>> batch) throws SQLException {
    StoreWriter to = connect();
    to.begin();
    watch.transactionBegan();
    for (StoreTask<?> task : batch) {
      task.run(to);
    }
    to.commit();
    watch.check();
    // Only this thread counts.
    transactions = transactions + 1;
    quarantineGivenUp = quarantineGivenUp + to.takeQuarantineGivenUp();
    int rows = 0;
    for (StoreTask<?> task : batch) {
      task.committed();
      rows += task.rows;
    }
    sweep.stored(rows);
  }

  /**
   * What it deletes is nobody's answer: a failure is told to the operator and tried again later.
   */
  private void sweep() {
    if (sweep.waitNanos() > 0) {
      return;
    }
    try {
      sweep.step(connect());
    } catch (SQLException | RuntimeException e) {
      disconnect();
      doubtful = true;
      sweep.pause();
      LOG.warn(
          "{}: retention cannot delete: {}",
          file.path(),
          e instanceof SQLException sql ? file.problem(sql).getMessage() : e.getMessage());
    }
  }

  /** A full or failing disk fails the next transaction as well. */
  private static boolean concernsAll(SQLException e) {
    return switch (org.sqlite.SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff)) {
      case SQLITE_FULL,
          SQLITE_IOERR,
          SQLITE_CORRUPT,
          SQLITE_NOTADB,
          SQLITE_READONLY,
          SQLITE_CANTOPEN,
          SQLITE_BUSY,
          SQLITE_LOCKED,
          SQLITE_NOMEM ->
          true;
      default -> false;
    };
  }

  private static boolean concernsContent(SQLException e) {
    return switch (org.sqlite.SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff)) {
      case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE -> true;
      default -> false;
    };
  }

  private static void fail(List<StoreTask<?>> batch, Throwable problem) {
    for (StoreTask<?> task : batch) {
      task.done.completeExceptionally(problem);
    }
  }

  private StoreWriter connect() throws SQLException {
    StoreWriter open = writer;
    if (open == null) {
      watch.checkFile();
      Connection connection = file.openForWriting(settings);
      if (doubtful) {
        file.makeDurable(connection);
        doubtful = false;
      }
      open = new StoreWriter(connection, settings, wallMillis, arrivals);
      arrivals.open(open.newestArrivalMillis());
      writer = open;
    }
    return open;
  }

  /**
   * Closes the connection, and with it a transaction that is open. After a failure too: what a
   * connection and its caches believe after a failed commit is not trusted.
   */
  private void disconnect() {
    StoreWriter open = writer;
    writer = null;
    watch.disconnected();
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.warn("{}: closing the store's connection failed: {}", file.path(), e.getMessage());
      }
    }
  }
}
