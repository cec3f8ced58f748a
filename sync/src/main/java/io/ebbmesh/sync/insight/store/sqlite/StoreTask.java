package io.ebbmesh.sync.insight.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One thing to do inside a transaction, and whom to tell. */
final class StoreTask<T> {

  interface Work<T> {
    @Nullable T run(StoreWriter writer) throws SQLException;
  }

  final int rows;
  final CompletableFuture<T> done = new CompletableFuture<>();
  private Work<T> work;
  private @Nullable Function<String, Work<T>> instead;
  private @Nullable T result;

  StoreTask(Work<T> work, int rows) {
    this(work, rows, null);
  }

  /**
   * @param instead what to do when no store will ever take it, given why
   */
  StoreTask(Work<T> work, int rows, @Nullable Function<String, Work<T>> instead) {
    this.work = work;
    this.rows = rows;
    this.instead = instead;
  }

  /** Whether there is something else to do; only once. */
  boolean turnsTo(String problem) {
    Function<String, Work<T>> other = instead;
    if (other == null) {
      return false;
    }
    work = other.apply(problem);
    instead = null;
    return true;
  }

  void run(StoreWriter writer) throws SQLException {
    result = work.run(writer);
  }

  void committed() {
    done.complete(result);
  }
}
