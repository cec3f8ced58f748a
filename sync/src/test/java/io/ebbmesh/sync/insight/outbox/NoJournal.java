package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.journal.Trim;
import java.io.IOException;
import java.util.List;

/** For lanes that neither trim nor merge in a test. */
class NoJournal implements LaneJournal {

  @Override
  public void trim(Trim trim) {}

  @Override
  public void read(String persistenceId, long[] eventNrs, EbbmeshReadJournal.RunReader reader) {
    reader.onEnd(new IOException("nothing is read in this test"));
  }

  @Override
  public List<Long> sparse(String persistenceId, double share, long mostBytes) {
    return List.of();
  }

  @Override
  public Room room() throws IOException {
    return new Room(0, 0, Long.MAX_VALUE, 0);
  }
}
