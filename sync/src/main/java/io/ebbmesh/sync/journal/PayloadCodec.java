package io.ebbmesh.sync.journal;

import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Payloads to bytes and back, through the serializers that are configured in Pekko. */
final class PayloadCodec {

  private final Serialization serialization;

  PayloadCodec(ExtendedActorSystem system) {
    this.serialization = SerializationExtension.get(system);
  }

  /** A payload as it is stored. */
  record Stored(int serializerId, String manifest, byte[] bytes) {}

  /**
   * @throws NotSerializableException if no serializer is configured for it
   */
  Stored store(Object payload) throws NotSerializableException {
    Serializer serializer = serialization.serializerFor(payload.getClass());
    byte[] bytes = serialization.serialize(payload).get();
    return new Stored(serializer.identifier(), Serializers.manifestFor(serializer, payload), bytes);
  }

  /**
   * @throws NotSerializableException if no serializer is configured that knows it
   */
  Object restore(Stored stored) throws NotSerializableException {
    try {
      return serialization
          .deserialize(stored.bytes(), stored.serializerId(), stored.manifest())
          .get();
    } catch (RuntimeException e) {
      NotSerializableException failure =
          new NotSerializableException(
              "no configured serializer reads manifest '"
                  + stored.manifest()
                  + "' of serializer "
                  + stored.serializerId()
                  + ": "
                  + e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }
}
