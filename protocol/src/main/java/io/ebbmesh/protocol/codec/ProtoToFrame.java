package io.ebbmesh.protocol.codec;

import io.ebbmesh.protocol.codec.proto.PbAck;
import io.ebbmesh.protocol.codec.proto.PbAncestor;
import io.ebbmesh.protocol.codec.proto.PbBlockPush;
import io.ebbmesh.protocol.codec.proto.PbBlockRefused;
import io.ebbmesh.protocol.codec.proto.PbChunk;
import io.ebbmesh.protocol.codec.proto.PbChunkRequest;
import io.ebbmesh.protocol.codec.proto.PbCursor;
import io.ebbmesh.protocol.codec.proto.PbEpoch;
import io.ebbmesh.protocol.codec.proto.PbFrame;
import io.ebbmesh.protocol.codec.proto.PbHello;
import io.ebbmesh.protocol.codec.proto.PbLossDeclared;
import io.ebbmesh.protocol.codec.proto.PbRefused;
import io.ebbmesh.protocol.codec.proto.PbReport;
import io.ebbmesh.protocol.codec.proto.PbSignedManifest;
import io.ebbmesh.protocol.codec.proto.PbWelcome;
import io.ebbmesh.protocol.codec.proto.PbWish;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Protobuf messages as frames; whatever is wrong is a {@link FrameException} that names the field.
 */
final class ProtoToFrame {

  private ProtoToFrame() {}

  static Frame convert(PbFrame frame) throws FrameException {
    switch (frame.getFrameCase()) {
      case HELLO:
        return hello(frame.getHello());
      case WELCOME:
        return welcome(frame.getWelcome());
      case REFUSED:
        return refused(frame.getRefused());
      case BLOCK_PUSH:
        return blockPush(frame.getBlockPush());
      case ACK:
        return ack(frame.getAck());
      case LOSS_DECLARED:
        return lossDeclared(frame.getLossDeclared());
      case WISH:
        return wish(frame.getWish());
      case REPORT:
        return report(frame.getReport());
      case CHUNK_REQUEST:
        return chunkRequest(frame.getChunkRequest());
      case CHUNK:
        return chunk(frame.getChunk());
      case HEARTBEAT:
        Fields.present("heartbeat.clock", frame.getHeartbeat().hasClock());
        return new Frame.Heartbeat(
            Fields.bootTime("heartbeat.clock", frame.getHeartbeat().getClock()),
            frame.getHeartbeat().getStoreAway());
      case BLOCK_REFUSED:
        return blockRefused(frame.getBlockRefused());
      case FRAME_NOT_SET:
        break;
    }
    throw new FrameException(
        FrameException.Reason.UNKNOWN_TYPE, "frame is of a kind that is not known here");
  }

  private static Frame hello(PbHello hello) throws FrameException {
    Fields.present("hello.incarnation", hello.hasIncarnation());
    Fields.present("hello.clock", hello.hasClock());
    List<Lineage.Epoch> epochs = new ArrayList<>(hello.getLineageCount());
    for (PbEpoch epoch : hello.getLineageList()) {
      epochs.add(
          new Lineage.Epoch(
              epoch.getId(),
              Fields.laneSeqs("hello.lineage.first_seqs", epoch.getFirstSeqsList())));
    }
    return new Frame.Hello(
        Fields.checked("hello.node", () -> new NodeId(hello.getNode())),
        Fields.natural("hello.min_protocol", hello.getMinProtocol()),
        Fields.natural("hello.max_protocol", hello.getMaxProtocol()),
        new Incarnation(Fields.id(hello.getIncarnation())),
        Fields.checked("hello.lineage", () -> new Lineage(epochs)),
        ancestry(hello.getAncestorsList()),
        Fields.laneSeqs("hello.heads", hello.getHeadsList()),
        Fields.bootTime("hello.clock", hello.getClock()),
        Fields.natural("hello.max_block_version", hello.getMaxBlockVersion()),
        Fields.releases("hello.serving", hello.getServingList()));
  }

  private static Ancestry ancestry(List<PbAncestor> told) throws FrameException {
    List<Ancestry.Ancestor> ancestors = new ArrayList<>(told.size());
    for (PbAncestor each : told) {
      Fields.present("hello.ancestors.incarnation", each.hasIncarnation());
      Map<Lane, Long> points =
          Fields.laneSeqs("hello.ancestors.fork_points", each.getForkPointsList());
      Incarnation incarnation = new Incarnation(Fields.id(each.getIncarnation()));
      ancestors.add(
          Fields.checked("hello.ancestors", () -> new Ancestry.Ancestor(incarnation, points)));
    }
    return Fields.checked("hello.ancestors", () -> new Ancestry(ancestors));
  }

  private static Frame welcome(PbWelcome welcome) throws FrameException {
    Map<Lane, SeqRanges> cursors = new EnumMap<>(Lane.class);
    for (PbCursor cursor : welcome.getCursorsList()) {
      Lane lane = Fields.lane("welcome.cursors.lane", cursor.getLane());
      SeqRanges held = Fields.ranges("welcome.cursors.held", cursor.getHeldList());
      if (cursors.put(lane, held) != null) {
        throw FrameException.malformed("welcome.cursors names lane " + lane.id() + " twice");
      }
    }
    return new Frame.Welcome(
        Fields.natural("welcome.protocol", welcome.getProtocol()),
        cursors,
        welcome.getHubWallMillis(),
        Fields.natural("welcome.max_block_version", welcome.getMaxBlockVersion()),
        List.copyOf(welcome.getDictionariesList()),
        Fields.natural("welcome.credit_bytes", welcome.getCreditBytes()),
        Fields.natural("welcome.heartbeat_millis", welcome.getHeartbeatMillis()));
  }

  private static Frame refused(PbRefused refused) throws FrameException {
    return new Frame.Refused(
        Frame.RefusalReason.ofCode(refused.getReason()),
        refused.getMessage(),
        Fields.natural("refused.retry_after_millis", refused.getRetryAfterMillis()),
        Fields.laneSeqs("refused.fork_points", refused.getForkPointsList()));
  }

  private static Frame blockPush(PbBlockPush push) throws FrameException {
    return new Frame.BlockPush(
        Fields.lane("block_push.lane", push.getLane()),
        Fields.range("block_push.seqs", push.getSeqs()),
        push.getBlock().toByteArray(),
        push.getBackfilled());
  }

  private static Frame ack(PbAck ack) throws FrameException {
    return new Frame.Ack(
        Fields.lane("ack.lane", ack.getLane()),
        Fields.ranges("ack.held", ack.getHeldList()),
        Fields.natural("ack.loss_id", ack.getLossId()),
        Fields.natural("ack.credit_bytes", ack.getCreditBytes()));
  }

  private static Frame blockRefused(PbBlockRefused refused) throws FrameException {
    return new Frame.BlockRefused(
        Fields.lane("block_refused.lane", refused.getLane()),
        Fields.range("block_refused.seqs", refused.getSeqs()),
        Frame.RefusalReason.ofCode(refused.getReason()),
        refused.getMessage());
  }

  private static Frame lossDeclared(PbLossDeclared loss) throws FrameException {
    Lane lane = Fields.lane("loss_declared.lane", loss.getLane());
    LossReason reason =
        Fields.checked("loss_declared.reason", () -> LossReason.ofCode(loss.getReason()));
    SeqRanges ranges = Fields.ranges("loss_declared.ranges", loss.getRangesList());
    long id = Fields.natural("loss_declared.id", loss.getId());
    return new Frame.LossDeclared(
        Fields.checked(
            "loss_declared",
            () ->
                new LossRecord(
                    lane,
                    id,
                    ranges,
                    reason,
                    loss.getDeclaredAtWallMillis(),
                    loss.getSketch().toByteArray())));
  }

  private static Frame wish(PbWish wish) throws FrameException {
    List<SignedManifest> manifests = new ArrayList<>(wish.getManifestsCount());
    for (PbSignedManifest manifest : wish.getManifestsList()) {
      manifests.add(ManifestCodec.signed(manifest));
    }
    return new Frame.Wish(
        Fields.natural("wish.revision", wish.getRevision()), List.copyOf(manifests));
  }

  private static Frame report(PbReport report) throws FrameException {
    return new Frame.Report(
        Fields.natural("report.wish_revision", report.getWishRevision()),
        Fields.releases("report.serving", report.getServingList()),
        report.getProblem());
  }

  private static Frame chunkRequest(PbChunkRequest request) throws FrameException {
    return new Frame.ChunkRequest(
        Fields.digest("chunk_request.file", request.getFile()),
        Fields.natural("chunk_request.chunk", request.getChunk()));
  }

  private static Frame chunk(PbChunk chunk) throws FrameException {
    return new Frame.Chunk(
        Fields.digest("chunk.file", chunk.getFile()),
        Fields.natural("chunk.chunk", chunk.getChunk()),
        chunk.getData().toByteArray());
  }
}
