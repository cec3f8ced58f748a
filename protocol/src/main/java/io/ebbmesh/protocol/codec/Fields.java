package io.ebbmesh.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.codec.proto.PbBootTime;
import io.ebbmesh.protocol.codec.proto.PbId;
import io.ebbmesh.protocol.codec.proto.PbLaneSeq;
import io.ebbmesh.protocol.codec.proto.PbModelRelease;
import io.ebbmesh.protocol.codec.proto.PbSeqRange;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.session.SessionLimits;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Fields that several messages have, both ways; what is wrong names the field. */
final class Fields {

  private Fields() {}

  /** Makes a domain value whose constructor checks what it is given. */
  interface Maker<T> {
    T make() throws FrameException;
  }

  /** Turns a constructor's complaint into one about the field. */
  static <T> T checked(String field, Maker<T> maker) throws FrameException {
    try {
      return maker.make();
    } catch (IllegalArgumentException e) {
      throw FrameException.malformed(field + ": " + e.getMessage());
    }
  }

  static Lane lane(String field, int code) throws FrameException {
    return checked(field, () -> Lane.ofCode(code));
  }

  /** A number that proto calls unsigned and Java cannot hold above 2^63. */
  static long natural(String field, long value) throws FrameException {
    if (value < 0) {
      throw FrameException.malformed(field + " is above 2^63");
    }
    return value;
  }

  static int natural(String field, int value) throws FrameException {
    if (value < 0) {
      throw FrameException.malformed(field + " is above 2^31");
    }
    return value;
  }

  static void present(String field, boolean present) throws FrameException {
    if (!present) {
      throw FrameException.malformed(field + " is missing");
    }
  }

  static PbSeqRange ofRange(SeqRange range) {
    return PbSeqRange.newBuilder().setFirst(range.first()).setLast(range.last()).build();
  }

  static SeqRange range(String field, PbSeqRange range) throws FrameException {
    return checked(field, () -> new SeqRange(range.getFirst(), range.getLast()));
  }

  /**
   * @throws IllegalArgumentException if there are more than {@code max}
   */
  static List<PbSeqRange> ofRanges(String field, SeqRanges ranges, int max) {
    atMost(field, ranges.ranges().size(), max);
    List<PbSeqRange> result = new ArrayList<>(ranges.ranges().size());
    for (SeqRange range : ranges.ranges()) {
      result.add(ofRange(range));
    }
    return result;
  }

  static SeqRanges ranges(String field, List<PbSeqRange> ranges) throws FrameException {
    List<SeqRange> result = new ArrayList<>(ranges.size());
    for (PbSeqRange range : ranges) {
      result.add(range(field, range));
    }
    return SeqRanges.of(result);
  }

  static PbId ofId(UUID id) {
    return PbId.newBuilder()
        .setHigh(id.getMostSignificantBits())
        .setLow(id.getLeastSignificantBits())
        .build();
  }

  static UUID id(PbId id) {
    return new UUID(id.getHigh(), id.getLow());
  }

  static PbBootTime ofBootTime(BootTime time) {
    return PbBootTime.newBuilder()
        .setBootId(ofId(time.bootId()))
        .setMonotonicNanos(time.monotonicNanos())
        .setWallMillis(time.wallMillis())
        .setQuality(time.quality().code())
        .build();
  }

  static BootTime bootTime(String field, PbBootTime time) throws FrameException {
    present(field + ".boot_id", time.hasBootId());
    ClockQuality quality =
        checked(field + ".quality", () -> ClockQuality.ofCode(time.getQuality()));
    return new BootTime(
        id(time.getBootId()), time.getMonotonicNanos(), time.getWallMillis(), quality);
  }

  static List<PbLaneSeq> ofLaneSeqs(Map<Lane, Long> seqs) {
    List<PbLaneSeq> result = new ArrayList<>(seqs.size());
    // In the order of lanes, whatever the map: equal records give equal bytes.
    for (Lane lane : Lane.values()) {
      Long seq = seqs.get(lane);
      if (seq != null) {
        result.add(PbLaneSeq.newBuilder().setLane(lane.code()).setSeq(seq).build());
      }
    }
    return result;
  }

  static Map<Lane, Long> laneSeqs(String field, List<PbLaneSeq> seqs) throws FrameException {
    Map<Lane, Long> result = new EnumMap<>(Lane.class);
    for (PbLaneSeq seq : seqs) {
      Lane lane = lane(field + ".lane", seq.getLane());
      if (result.put(lane, natural(field + ".seq", seq.getSeq())) != null) {
        throw FrameException.malformed(field + " names lane " + lane.id() + " twice");
      }
    }
    return result;
  }

  static PbModelRelease ofRelease(ModelRelease release) {
    return PbModelRelease.newBuilder()
        .setModel(release.model())
        .setRelease(release.release())
        .build();
  }

  static ModelRelease release(String field, PbModelRelease release) throws FrameException {
    return checked(field, () -> new ModelRelease(release.getModel(), release.getRelease()));
  }

  static List<PbModelRelease> ofReleases(String field, List<ModelRelease> releases) {
    atMost(field, releases.size(), SessionLimits.MAX_SERVING);
    List<PbModelRelease> result = new ArrayList<>(releases.size());
    for (ModelRelease release : releases) {
      result.add(ofRelease(release));
    }
    return result;
  }

  static List<ModelRelease> releases(String field, List<PbModelRelease> releases)
      throws FrameException {
    List<ModelRelease> result = new ArrayList<>(releases.size());
    for (PbModelRelease release : releases) {
      result.add(release(field, release));
    }
    return List.copyOf(result);
  }

  static ByteString ofDigest(Digest digest) {
    return UnsafeByteOperations.unsafeWrap(digest.bytes());
  }

  static Digest digest(String field, ByteString bytes) throws FrameException {
    return checked(field, () -> Digest.ofBytes(bytes.toByteArray()));
  }

  /** A view of bytes that nobody writes to any more. */
  static ByteString ofBytes(String field, byte[] bytes, int max) {
    atMost(field, bytes.length, max);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** Text for the operator, cut to what the wire allows. */
  static String message(String text) {
    return text.length() <= SessionLimits.MAX_MESSAGE_CHARS
        ? text
        : text.substring(0, SessionLimits.MAX_MESSAGE_CHARS);
  }

  static void atMost(String field, int size, int max) {
    if (size > max) {
      throw new IllegalArgumentException(
          field + " is limited to " + max + " on the wire, not " + size);
    }
  }
}
