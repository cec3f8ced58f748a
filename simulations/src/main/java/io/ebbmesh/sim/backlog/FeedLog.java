package io.ebbmesh.sim.backlog;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The log that producers keep of what they made and what was accepted: it knows nothing of the
 * outbox but its answers. May be written by several threads.
 *
 * <pre>
 * 0 number name lane              a source
 * 1 number position seq hash ms   an insight of it that was accepted, when it was made
 * 2                               all that was made is accepted
 * </pre>
 */
final class FeedLog implements AutoCloseable {

  private static final int SOURCE = 0;
  private static final int ACCEPTED = 1;
  private static final int END = 2;

  private final DataOutputStream out;
  private final Map<String, Integer> numbers = new TreeMap<>();

  private FeedLog(DataOutputStream out) {
    this.out = out;
  }

  static FeedLog create(Path file) throws IOException {
    return new FeedLog(new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file))));
  }

  synchronized void accepted(Lane lane, Insight insight, long seq, long madeAtMillis)
      throws IOException {
    SourcePosition source = Objects.requireNonNull(insight.source(), "an insight without a source");
    Integer number = numbers.get(source.source());
    if (number == null) {
      number = numbers.size();
      numbers.put(source.source(), number);
      out.writeByte(SOURCE);
      out.writeInt(number);
      out.writeUTF(source.source());
      out.writeByte(lane.code());
    }
    out.writeByte(ACCEPTED);
    out.writeInt(number);
    out.writeLong(source.position());
    out.writeLong(seq);
    out.writeInt(hash(insight));
    out.writeLong(madeAtMillis);
  }

  /** All that was made is accepted. */
  synchronized void end() throws IOException {
    out.writeByte(END);
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }

  /** Of everything in an insight, the same in each process. */
  static int hash(Insight insight) {
    return Objects.hash(
        insight.kind().code(),
        insight.stream(),
        insight.model(),
        insight.label(),
        insight.decidedBy(),
        insight.observedNanos(),
        insight.score(),
        Arrays.hashCode(insight.values()),
        insight.source());
  }

  /**
   * @throws IOException if the log does not say that everything was accepted
   */
  static FeedAccount read(Path file) throws IOException {
    FeedAccount account = new FeedAccount();
    Map<Integer, FeedAccount.Track> tracks = new TreeMap<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int what = in.read(); what >= 0; what = in.read()) {
        if (what == END) {
          return account;
        }
        int number = in.readInt();
        if (what == SOURCE) {
          String name = in.readUTF();
          tracks.put(number, account.track(name, Lane.ofCode(in.readByte())));
        } else {
          FeedAccount.Track track = Objects.requireNonNull(tracks.get(number));
          track.add(in.readLong(), in.readLong(), in.readInt(), in.readLong());
        }
      }
    }
    throw new IOException("the producers were not done: " + file);
  }
}
