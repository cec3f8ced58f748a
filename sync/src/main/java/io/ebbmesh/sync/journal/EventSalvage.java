package io.ebbmesh.sync.journal;

import io.ebbmesh.sync.log.SegmentSalvage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;

/** Reads events out of segment files without opening the store that they belong to. */
public final class EventSalvage {

  private final EventCodec codec;

  /**
   * @param system whose serializers read the events; its store is not opened
   */
  public EventSalvage(ClassicActorSystemProvider system) {
    codec = new EventCodec(new PayloadCodec((ExtendedActorSystem) system.classicSystem()));
  }

  /** Takes events in the order of their file. */
  @FunctionalInterface
  public interface Events {
    void event(String persistenceId, Object payload);
  }

  /**
   * Reads one file.
   *
   * @param problem told of each whole record that no serializer of this program reads
   * @throws IOException if the file cannot be read, or is of a newer format
   */
  public SegmentSalvage.Read read(Path file, Events events, Consumer<String> problem)
      throws IOException {
    return SegmentSalvage.read(
        file,
        (id, sequenceNr, body) -> {
          try {
            events.event(id, codec.decode(id, sequenceNr, body).payload());
          } catch (IOException e) {
            problem.accept(file + ": " + e.getMessage());
          }
        });
  }
}
