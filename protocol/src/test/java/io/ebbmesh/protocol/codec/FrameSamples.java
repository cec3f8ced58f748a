package io.ebbmesh.protocol.codec;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** One frame of each kind, with every field set; the golden files hold their bytes. */
public final class FrameSamples {

  private static final BootTime CLOCK =
      new BootTime(
          UUID.fromString("2f1c3a52-77d0-4c7b-9d5e-0a8f6f1f2b90"),
          93_784_123_456_789L,
          1_764_000_000_123L,
          ClockQuality.SYNCHRONISED);

  private FrameSamples() {}

  public static SeqRanges ranges(long... bounds) {
    SeqRanges ranges = SeqRanges.EMPTY;
    for (int i = 0; i < bounds.length; i += 2) {
      ranges = ranges.plus(new SeqRange(bounds[i], bounds[i + 1]));
    }
    return ranges;
  }

  /** The sample with this name. */
  public static Frame of(String name) {
    return Objects.requireNonNull(all().get(name));
  }

  /** By the name of its golden file. */
  public static Map<String, Frame> all() {
    Digest file = Digest.of(text("a model"));
    Map<String, Frame> frames = new LinkedHashMap<>();
    frames.put("hello", hello());
    frames.put("hello-rehomed", rehomedHello());
    frames.put("welcome", welcome());
    frames.put(
        "refused",
        new Frame.Refused(Frame.RefusalReason.UPGRADE_HUB, "block format 2 is not known", 60_000));
    frames.put(
        "refused-forked",
        new Frame.Refused(Frame.RefusalReason.FORKED, "insight parts at 41", 30_000));
    frames.put(
        "refused-fork-points",
        new Frame.Refused(
            Frame.RefusalReason.FORKED,
            "insight parts at 41",
            30_000,
            Map.of(Lane.ALARM, 1L, Lane.INSIGHT, 41L)));
    frames.put(
        "block-push", new Frame.BlockPush(Lane.ALARM, new SeqRange(41, 43), text("not a block")));
    frames.put("ack", new Frame.Ack(Lane.INSIGHT, ranges(1, 400, 402, 402), 3, 65_536));
    frames.put(
        "block-refused",
        new Frame.BlockRefused(
            Lane.AGGREGATE,
            new SeqRange(7, 9),
            Frame.RefusalReason.UPGRADE_HUB,
            "block has format version 2, newer than 1"));
    frames.put(
        "loss-declared",
        new Frame.LossDeclared(
            new LossRecord(
                Lane.INSIGHT,
                3,
                ranges(401, 401, 500, 612),
                LossReason.TORN_TAIL,
                1_764_000_000_000L,
                new byte[] {1, 2, 3})));
    frames.put(
        "wish",
        new Frame.Wish(
            7, List.of(new SignedManifest("0123456789abcdef", text("a manifest"), new byte[64]))));
    frames.put(
        "report",
        new Frame.Report(7, List.of(new ModelRelease("vibration", 41)), "no variant for npu"));
    frames.put("chunk-request", new Frame.ChunkRequest(file, 12));
    frames.put("chunk", new Frame.Chunk(file, 12, text("twelfth part")));
    frames.put("heartbeat", new Frame.Heartbeat(CLOCK));
    frames.put("heartbeat-store-away", new Frame.Heartbeat(CLOCK, true));
    return frames;
  }

  private static Frame hello() {
    Map<Lane, Long> heads = new EnumMap<>(Lane.class);
    heads.put(Lane.ALARM, 12L);
    heads.put(Lane.INSIGHT, 1_000_000L);
    Map<Lane, Long> firstSeqs = new EnumMap<>(Lane.class);
    firstSeqs.put(Lane.ALARM, 9L);
    firstSeqs.put(Lane.INSIGHT, 700_001L);
    Lineage lineage =
        new Lineage(
            List.of(
                new Lineage.Epoch(0x1122334455667788L, Map.of()),
                new Lineage.Epoch(-5, firstSeqs)));
    return new Frame.Hello(
        new NodeId("gateway-03"),
        1,
        2,
        new Incarnation(UUID.fromString("9b2d6d0e-4a6e-4d53-8d0b-1f6a0c9f7e11")),
        lineage,
        heads,
        CLOCK,
        1,
        List.of(new ModelRelease("vibration", 40), new ModelRelease("ppe.detector", 7)));
  }

  private static Frame rehomedHello() {
    Frame.Hello plain = (Frame.Hello) hello();
    Ancestry ancestry =
        new Ancestry(
            List.of(
                new Ancestry.Ancestor(
                    new Incarnation(UUID.fromString("0d2b7f6a-6f1f-4a0e-9d3c-5b1c7e8f9a10")),
                    Map.of(Lane.ALARM, 9L, Lane.INSIGHT, 700_001L)),
                new Ancestry.Ancestor(
                    new Incarnation(UUID.fromString("5a0e9c1d-2b3c-4d5e-8f60-718293a4b5c6")),
                    Map.of(Lane.INSIGHT, 41L))));
    return new Frame.Hello(
        plain.node(),
        plain.minProtocol(),
        plain.maxProtocol(),
        plain.incarnation(),
        plain.lineage(),
        ancestry,
        plain.heads(),
        plain.clock(),
        plain.maxBlockVersion(),
        plain.serving());
  }

  private static Frame welcome() {
    Map<Lane, SeqRanges> cursors = new EnumMap<>(Lane.class);
    cursors.put(Lane.ALARM, ranges(1, 12));
    cursors.put(Lane.INSIGHT, ranges(1, 640_000, 700_001, 700_500, 999_000, 999_900));
    cursors.put(Lane.SAMPLE, SeqRanges.EMPTY);
    return new Frame.Welcome(
        1, cursors, 1_764_000_000_456L, 1, List.of(0, 17), 4 * 1024 * 1024, 5_000);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
