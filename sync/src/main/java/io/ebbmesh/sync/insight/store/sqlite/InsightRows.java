package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes rows of insights, several with one statement: the call costs more than the row. */
final class InsightRows implements AutoCloseable {

  private static final int TOGETHER = 16;

  private static final String ROW = "(?,?,?,?,?,?,?,?,?,?,?,?,?)";

  private static final String INSERT =
      "INSERT INTO insight (lane_id, seq, block_id, kind, stream_id, model_id, label_id,"
          + " decided_by_id, observed_nanos, score, numbers, source_id, position) VALUES ";

  private final Ids ids;
  private final PreparedStatement many;
  private final PreparedStatement one;

  InsightRows(Connection connection, Ids ids) throws SQLException {
    this.ids = ids;
    many = connection.prepareStatement(INSERT + (ROW + ",").repeat(TOGETHER - 1) + ROW);
    one = connection.prepareStatement(INSERT + ROW);
  }

  /** Where a run of rows belongs. */
  record Place(long lane, long block, long firstSeq) {}

  /**
   * Writes {@code count} insights of {@code source}, whose first has {@code place.firstSeq()}.
   *
   * @param from index of the first one in {@code source}
   */
  void write(Place place, java.util.List<Insight> source, int from, int count) throws SQLException {
    int done = 0;
    while (count - done >= TOGETHER) {
      int parameter = 1;
      for (int i = 0; i < TOGETHER; i++, done++) {
        bind(many, parameter, place, place.firstSeq() + done, source.get(from + done));
        parameter += 13;
      }
      many.executeUpdate();
    }
    for (; done < count; done++) {
      bind(one, 1, place, place.firstSeq() + done, source.get(from + done));
      one.executeUpdate();
    }
  }

  private void bind(PreparedStatement to, int at, Place place, long seq, Insight insight)
      throws SQLException {
    to.setLong(at, place.lane());
    to.setLong(at + 1, seq);
    to.setLong(at + 2, place.block());
    to.setInt(at + 3, insight.kind().code());
    to.setLong(at + 4, ids.text(insight.stream()));
    to.setLong(at + 5, ids.text(insight.model()));
    to.setLong(at + 6, ids.text(insight.label()));
    to.setLong(at + 7, ids.text(insight.decidedBy()));
    to.setLong(at + 8, insight.observedNanos());
    to.setDouble(at + 9, insight.score());
    to.setBytes(at + 10, numbers(insight.values()));
    SourcePosition source = insight.source();
    if (source == null) {
      to.setNull(at + 11, java.sql.Types.INTEGER);
      to.setNull(at + 12, java.sql.Types.INTEGER);
    } else {
      to.setLong(at + 11, ids.source(source.source()));
      to.setLong(at + 12, source.position());
    }
  }

  static byte @org.jspecify.annotations.Nullable [] numbers(float[] values) {
    if (values.length == 0) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  @Override
  public void close() throws SQLException {
    many.close();
    one.close();
  }
}
