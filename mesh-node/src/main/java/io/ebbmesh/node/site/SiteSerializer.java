package io.ebbmesh.node.site;

import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.codec.SiteCodec;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Bytes of what neighbours say: the four messages of {@link SiteWire} and nothing else.
 *
 * <p>An envelope of big-endian numbers and length-prefixed UTF-8 around the protobuf of {@link
 * SiteCodec}. The manifests are frozen; a changed message gets a new one.
 *
 * <pre>
 * ask1       int64 attempt · string replyTo · protobuf request, to the end
 * answered1  int64 attempt · protobuf answer, to the end
 * probe1     string replyTo
 * island1    int32 count · count × string member
 * </pre>
 */
final class SiteSerializer extends SerializerWithStringManifest {

  static final int IDENTIFIER = 18_401;

  static final String ASK = "ask1";
  static final String ANSWERED = "answered1";
  static final String PROBE = "probe1";
  static final String ISLAND = "island1";

  /** Members that an island may have: far more than a LAN holds. */
  static final int MAX_MEMBERS = 1_000;

  private final ActorRefResolver resolver;

  SiteSerializer(ExtendedActorSystem system) {
    this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof SiteWire.Ask) {
      return ASK;
    } else if (message instanceof SiteWire.Answered) {
      return ANSWERED;
    } else if (message instanceof SiteWire.Probe) {
      return PROBE;
    } else if (message instanceof SiteWire.Island) {
      return ISLAND;
    }
    throw unknown(message);
  }

  @Override
  public byte[] toBinary(Object message) {
    if (message instanceof SiteWire.Ask ask) {
      byte[] replyTo = utf8(ask.replyTo());
      byte[] request = SiteCodec.encode(ask.request());
      return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + replyTo.length + request.length)
          .putLong(ask.attempt())
          .putInt(replyTo.length)
          .put(replyTo)
          .put(request)
          .array();
    } else if (message instanceof SiteWire.Answered answered) {
      byte[] answer = SiteCodec.encode(answered.answer());
      return ByteBuffer.allocate(Long.BYTES + answer.length)
          .putLong(answered.attempt())
          .put(answer)
          .array();
    } else if (message instanceof SiteWire.Probe probe) {
      return strings(List.of(resolver.toSerializationFormat(probe.replyTo())), 0);
    } else if (message instanceof SiteWire.Island island) {
      ByteBuffer bytes = ByteBuffer.wrap(strings(island.members(), Integer.BYTES));
      return bytes.putInt(island.members().size()).array();
    }
    throw unknown(message);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      switch (manifest) {
        case ASK:
          long attempt = in.getLong();
          ActorRef<SiteWire.Answered> asker = resolver.resolveActorRef(string(in));
          return new SiteWire.Ask(attempt, SiteCodec.decodeRequest(rest(in)), asker);
        case ANSWERED:
          return new SiteWire.Answered(in.getLong(), SiteCodec.decodeAnswer(rest(in)));
        case PROBE:
          return new SiteWire.Probe(resolver.resolveActorRef(string(in)));
        case ISLAND:
          return new SiteWire.Island(members(in));
        default:
          throw new NotSerializableException("no message of a site has the manifest " + manifest);
      }
    } catch (BufferUnderflowException | IllegalArgumentException | FrameException e) {
      throw damaged(manifest, e);
    }
  }

  private static NotSerializableException damaged(String manifest, Exception cause) {
    NotSerializableException damaged =
        new NotSerializableException("damaged message " + manifest + " of a neighbour");
    damaged.initCause(cause);
    return damaged;
  }

  private static List<String> members(ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || count > MAX_MEMBERS) {
      throw new IllegalArgumentException("a site has 0 to " + MAX_MEMBERS + " members: " + count);
    }
    List<String> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(string(in));
    }
    return List.copyOf(members);
  }

  private static byte[] strings(List<String> strings, int space) {
    List<byte[]> parts = strings.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
    int length = space + parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum();
    ByteBuffer out = ByteBuffer.allocate(length).position(space);
    parts.forEach(part -> out.putInt(part.length).put(part));
    return out.array();
  }

  private static String string(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return rest;
  }

  private byte[] utf8(ActorRef<?> ref) {
    return resolver.toSerializationFormat(ref).getBytes(StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException unknown(Object message) {
    return new IllegalArgumentException("not a message of a site: " + message.getClass());
  }
}
