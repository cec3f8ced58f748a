package io.ebbmesh.sync.journal;

import com.typesafe.config.Config;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.ReadJournalProvider;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.ReadJournal;
import org.apache.pekko.stream.scaladsl.Source;

/** How Pekko makes the read journal, for Java and for Scala. */
public final class EbbmeshReadJournalProvider implements ReadJournalProvider {

  private final EbbmeshReadJournal journal;

  /**
   * @param config the plugin's section
   */
  public EbbmeshReadJournalProvider(ExtendedActorSystem system, Config config) {
    journal = new EbbmeshReadJournal(system, config);
  }

  @Override
  public ReadJournal scaladslReadJournal() {
    return new ForScala(journal);
  }

  @Override
  public EbbmeshReadJournal javadslReadJournal() {
    return journal;
  }

  private record ForScala(EbbmeshReadJournal journal)
      implements ReadJournal, CurrentEventsByPersistenceIdQuery, EventsByPersistenceIdQuery {

    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
        String persistenceId, long fromSequenceNr, long toSequenceNr) {
      return journal
          .currentEventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr)
          .asScala();
    }

    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
        String persistenceId, long fromSequenceNr, long toSequenceNr) {
      return journal.eventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr).asScala();
    }
  }
}
