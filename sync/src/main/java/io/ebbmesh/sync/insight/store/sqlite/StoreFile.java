package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.sync.insight.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The file of a store: opens it for writing or for reading, brings its schema up to date, and says
 * what is wrong with one that cannot be used. Never removes or replaces a file.
 */
final class StoreFile {

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** 'EbbH', as the first migration writes it. */
  private static final int APPLICATION_ID = 1_164_075_592;

  /** Number of the last migration. */
  static final int SCHEMA_VERSION = 6;

  private static final int PAGE_BYTES = 4096;

  /** Readers wait only for a writer that puts its log in order after a crash. */
  private static final int READ_BUSY_MILLIS = 10_000;

  /** What SQLite can count. */
  private static final long MAX_PAGES = 0xffff_fffeL;

  private static final String MIGRATIONS = "classpath:db/migration/hub";

  private static final String SET_ASIDE =
      "; move it aside (with its -wal and -shm files) and start again, or restore a copy";

  private final Path path;

  StoreFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  Path path() {
    return path;
  }

  /** Creates the file and its directory if they are missing, and brings the schema up to date. */
  void prepare(SqliteSettings settings) {
    createDirectory();
    checkHeader();
    SQLiteDataSource source = new SQLiteDataSource(writing(settings));
    source.setUrl("jdbc:sqlite:" + path);
    try (Connection connection = source.getConnection()) {
      checkApplication(connection);
    } catch (SQLException e) {
      throw problem(e);
    }
    migrate(source);
    syncDirectories();
  }

  /** A connection whose transactions are durable once they are committed. */
  Connection openForWriting(SqliteSettings settings) throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource(writing(settings));
    source.setUrl("jdbc:sqlite:" + path);
    return source.getConnection();
  }

  /**
   * Copies what the write-ahead log holds into the file and syncs it, or closes the connection and
   * fails. After a failed sync the log may hold a transaction that a reader sees and no disk has:
   * the next reader would believe it, and a later sync of the log would report it as good.
   */
  void makeDurable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet outcome = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      if (!outcome.next() || outcome.getInt(1) != 0) {
        throw new SQLException(
            "the write-ahead log is in use", "", SQLiteErrorCode.SQLITE_BUSY.code);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * A connection that changes nothing, also while a hub has the file open.
   *
   * @param isAlone whether nobody wrote when it was made; it then sees nothing of a later writer
   * @param key which file it has open
   */
  record Reading(Connection connection, boolean isAlone, FileIdentity key) {

    /** Whether it sees what is in the file at the path now. */
    boolean isCurrent() {
      return !isAlone && key.isAtPath();
    }
  }

  /**
   * A connection that changes nothing, also while a hub has the file open.
   *
   * @throws StoreException if there is no store that this program can read
   */
  Connection openForReading() {
    return startReading().connection();
  }

  /** As {@link #openForReading}. */
  Reading startReading() {
    if (!Files.exists(path)) {
      throw new StoreException("there is no store at " + path);
    }
    checkHeader();
    // Without a write-ahead log nobody else has the file open and it is complete by itself: then
    // not even a shared-memory file is made beside it.
    boolean alone = !Files.exists(log());
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(READ_BUSY_MILLIS);
    SQLiteDataSource source = new SQLiteDataSource(config);
    String uri = path.toUri().getRawPath();
    source.setUrl("jdbc:sqlite:file:" + uri + (alone ? "?immutable=1" : "?mode=ro"));
    try {
      FileIdentity key = FileIdentity.of(path);
      Connection connection = source.getConnection();
      try {
        checkApplication(connection);
        checkReadable(connection);
        return new Reading(connection, alone, key);
      } catch (SQLException | StoreException e) {
        connection.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException(path + ": cannot be read (" + e.getMessage() + ")", e);
    } catch (SQLException e) {
      throw problem(e);
    }
  }

  /** The write-ahead log beside the file. */
  Path log() {
    return path.resolveSibling(path.getFileName() + "-wal");
  }

  /** What a failure of SQLite means to the operator. */
  StoreException problem(SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.getErrorCode(e.getErrorCode());
    String what =
        switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
          case SQLITE_FULL ->
              "no space left for the store, or its limit max-size is reached; free space on its disk";
          case SQLITE_NOTADB -> "the file is not a database" + SET_ASIDE;
          case SQLITE_CORRUPT -> "the store is damaged" + SET_ASIDE;
          case SQLITE_READONLY, SQLITE_PERM ->
              "the store cannot be written; let the hub's user write the file and its directory";
          case SQLITE_CANTOPEN ->
              "the store cannot be opened; let the hub's user read and write the file and its"
                  + " directory";
          case SQLITE_BUSY, SQLITE_LOCKED ->
              "another process keeps the store locked; stop the other hub";
          case SQLITE_IOERR -> "reading or writing the store failed; check its disk";
          default -> "the store failed";
        };
    return new StoreException(path + ": " + what + " (" + e.getMessage() + ")", e);
  }

  private static SQLiteConfig writing(SqliteSettings settings) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(Math.toIntExact(settings.busyTimeoutMillis()));
    config.setCacheSize(-settings.cacheKibibytes());
    config.setPragma(
        SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(settings.checkpointPages()));
    config.setPragma(
        SQLiteConfig.Pragma.MAX_PAGE_COUNT,
        Long.toString(Math.min(settings.maxBytes() / PAGE_BYTES, MAX_PAGES)));
    return config;
  }

  private void createDirectory() {
    Path directory = path.getParent();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException(
          directory + ": cannot be made; give the hub a directory that it can write", e);
    }
    if (!Files.isWritable(directory)) {
      throw new StoreException(
          directory
              + ": cannot be written; let the hub's user write it, for the store and its log");
    }
  }

  private void checkHeader() {
    try {
      if (!Files.exists(path) || Files.size(path) == 0) {
        return;
      }
      byte[] head = new byte[MAGIC.length];
      int read;
      try (var in = Files.newInputStream(path)) {
        read = in.readNBytes(head, 0, head.length);
      }
      if (read < head.length || !Arrays.equals(head, MAGIC)) {
        throw new StoreException(path + ": the file is not a database" + SET_ASIDE);
      }
    } catch (IOException e) {
      throw new StoreException(
          path + ": cannot be read; let the hub's user read the file (" + e.getMessage() + ")", e);
    }
  }

  private void checkApplication(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int application = number(statement, "PRAGMA application_id");
      int tables = number(statement, "SELECT count(*) FROM sqlite_master");
      boolean ours = application == APPLICATION_ID || (application == 0 && tables == 0);
      // A first start that ended between Flyway's own table and the first migration.
      boolean unfinished =
          application == 0
              && tables > 0
              && schemaVersion(statement) == 0
              && hasTable(statement, "flyway_schema_history");
      if (!ours && !unfinished) {
        throw new StoreException(
            path + ": the database belongs to another program; give the hub a path of its own");
      }
      int found = schemaVersion(statement);
      if (found > SCHEMA_VERSION) {
        throw new StoreException(
            path
                + ": the store has schema "
                + found
                + ", this program knows "
                + SCHEMA_VERSION
                + "; use a newer program (the file is left as it is)");
      }
    }
  }

  private void checkReadable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int found = schemaVersion(statement);
      if (found == 0) {
        throw new StoreException(path + ": the store is empty; no hub has finished a start on it");
      }
      if (found < SCHEMA_VERSION) {
        throw new StoreException(
            path
                + ": the store has schema "
                + found
                + ", this program reads "
                + SCHEMA_VERSION
                + "; start the hub once to bring it up to date");
      }
    }
  }

  private static int schemaVersion(Statement statement) throws SQLException {
    if (!hasTable(statement, "flyway_schema_history")) {
      return 0;
    }
    return number(
        statement, "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history WHERE success");
  }

  private void migrate(SQLiteDataSource source) {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations(MIGRATIONS)
          .placeholderReplacement(false)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreException(
          path + ": the schema cannot be brought up to date: " + e.getMessage(), e);
    }
  }

  /** SQLite syncs the directory of the file; the directories above may be new as well. */
  private void syncDirectories() {
    for (Path directory = path.getParent(); directory != null; directory = directory.getParent()) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        // A directory that we may not open is not one that we made.
        return;
      }
    }
  }

  private static boolean hasTable(Statement statement, String table) throws SQLException {
    return number(
            statement,
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + table + "'")
        > 0;
  }

  private static int number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }
}
