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
import io.ebbmesh.protocol.codec.proto.PbHeartbeat;
import io.ebbmesh.protocol.codec.proto.PbHello;
import io.ebbmesh.protocol.codec.proto.PbLossDeclared;
import io.ebbmesh.protocol.codec.proto.PbRefused;
import io.ebbmesh.protocol.codec.proto.PbReport;
import io.ebbmesh.protocol.codec.proto.PbWelcome;
import io.ebbmesh.protocol.codec.proto.PbWish;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;

/** Frames as protobuf messages. A frame over a limit is the sender's mistake. */
final class FrameToProto {

  private FrameToProto() {}

  /**
   * @throws IllegalArgumentException if the frame is over a limit of the wire
   */
  static PbFrame convert(Frame frame) {
    PbFrame.Builder message = PbFrame.newBuilder();
    if (frame instanceof Frame.BlockPush push) {
      message.setBlockPush(blockPush(push));
    } else if (frame instanceof Frame.Ack ack) {
      message.setAck(ack(ack));
    } else if (frame instanceof Frame.Heartbeat heartbeat) {
      message.setHeartbeat(
          PbHeartbeat.newBuilder()
              .setClock(Fields.ofBootTime(heartbeat.clock()))
              .setStoreAway(heartbeat.storeAway()));
    } else if (frame instanceof Frame.Hello hello) {
      message.setHello(hello(hello));
    } else if (frame instanceof Frame.Welcome welcome) {
      message.setWelcome(welcome(welcome));
    } else if (frame instanceof Frame.Refused refused) {
      message.setRefused(
          PbRefused.newBuilder()
              .setReason(refused.reason().code())
              .setMessage(Fields.message(refused.message()))
              .setRetryAfterMillis(refused.retryAfterMillis())
              .addAllForkPoints(Fields.ofLaneSeqs(refused.forkPoints())));
    } else if (frame instanceof Frame.BlockRefused refused) {
      message.setBlockRefused(
          PbBlockRefused.newBuilder()
              .setLane(refused.lane().code())
              .setSeqs(Fields.ofRange(refused.seqs()))
              .setReason(refused.reason().code())
              .setMessage(Fields.message(refused.message())));
    } else if (frame instanceof Frame.LossDeclared declared) {
      message.setLossDeclared(lossDeclared(declared.loss()));
    } else if (frame instanceof Frame.Wish wish) {
      message.setWish(wish(wish));
    } else if (frame instanceof Frame.Report report) {
      message.setReport(
          PbReport.newBuilder()
              .setWishRevision(report.wishRevision())
              .addAllServing(Fields.ofReleases("report.serving", report.serving()))
              .setProblem(Fields.message(report.problem())));
    } else if (frame instanceof Frame.ChunkRequest request) {
      message.setChunkRequest(
          PbChunkRequest.newBuilder()
              .setFile(Fields.ofDigest(request.file()))
              .setChunk(request.chunk()));
    } else if (frame instanceof Frame.Chunk chunk) {
      message.setChunk(
          PbChunk.newBuilder()
              .setFile(Fields.ofDigest(chunk.file()))
              .setChunk(chunk.chunk())
              .setData(Fields.ofBytes("chunk.data", chunk.bytes(), SessionLimits.MAX_CHUNK_BYTES)));
    } else {
      throw new IllegalArgumentException("no message for " + frame.getClass());
    }
    return message.build();
  }

  private static PbBlockPush.Builder blockPush(Frame.BlockPush push) {
    return PbBlockPush.newBuilder()
        .setLane(push.lane().code())
        .setSeqs(Fields.ofRange(push.seqs()))
        .setBlock(Fields.ofBytes("block_push.block", push.block(), SessionLimits.MAX_BLOCK_BYTES))
        .setBackfilled(push.backfilled());
  }

  private static PbAck.Builder ack(Frame.Ack ack) {
    return PbAck.newBuilder()
        .setLane(ack.lane().code())
        .addAllHeld(Fields.ofRanges("ack.held", ack.held(), SessionLimits.MAX_RANGES))
        .setLossId(ack.lossId())
        .setCreditBytes(ack.creditBytes());
  }

  private static PbHello.Builder hello(Frame.Hello hello) {
    PbHello.Builder message =
        PbHello.newBuilder()
            .setNode(hello.node().value())
            .setMinProtocol(hello.minProtocol())
            .setMaxProtocol(hello.maxProtocol())
            .setIncarnation(Fields.ofId(hello.incarnation().id()))
            .addAllHeads(Fields.ofLaneSeqs(hello.heads()))
            .setClock(Fields.ofBootTime(hello.clock()))
            .setMaxBlockVersion(hello.maxBlockVersion())
            .addAllServing(Fields.ofReleases("hello.serving", hello.serving()));
    for (Lineage.Epoch epoch : hello.lineage().epochs()) {
      message.addLineage(
          PbEpoch.newBuilder()
              .setId(epoch.id())
              .addAllFirstSeqs(Fields.ofLaneSeqs(epoch.firstSeqs())));
    }
    for (Ancestry.Ancestor ancestor : hello.ancestry().ancestors()) {
      message.addAncestors(
          PbAncestor.newBuilder()
              .setIncarnation(Fields.ofId(ancestor.incarnation().id()))
              .addAllForkPoints(Fields.ofLaneSeqs(ancestor.forkPoints())));
    }
    return message;
  }

  private static PbWelcome.Builder welcome(Frame.Welcome welcome) {
    Fields.atMost(
        "welcome.dictionaries", welcome.dictionaries().size(), SessionLimits.MAX_DICTIONARIES);
    PbWelcome.Builder message =
        PbWelcome.newBuilder()
            .setProtocol(welcome.protocol())
            .setHubWallMillis(welcome.hubWallMillis())
            .setMaxBlockVersion(welcome.maxBlockVersion())
            .addAllDictionaries(welcome.dictionaries())
            .setCreditBytes(welcome.creditBytes())
            .setHeartbeatMillis(welcome.heartbeatMillis());
    for (Lane lane : Lane.values()) {
      SeqRanges held = welcome.cursors().get(lane);
      if (held != null) {
        message.addCursors(
            PbCursor.newBuilder()
                .setLane(lane.code())
                .addAllHeld(
                    Fields.ofRanges("welcome.cursors.held", held, SessionLimits.MAX_RANGES)));
      }
    }
    return message;
  }

  private static PbLossDeclared.Builder lossDeclared(LossRecord loss) {
    return PbLossDeclared.newBuilder()
        .setLane(loss.lane().code())
        .setId(loss.id())
        .addAllRanges(Fields.ofRanges("loss_declared.ranges", loss.ranges(), LossRecord.MAX_RANGES))
        .setReason(loss.reason().code())
        .setDeclaredAtWallMillis(loss.declaredAtWallMillis())
        .setSketch(
            Fields.ofBytes("loss_declared.sketch", loss.sketch(), LossRecord.MAX_SKETCH_BYTES));
  }

  private static PbWish.Builder wish(Frame.Wish wish) {
    Fields.atMost("wish.manifests", wish.manifests().size(), SessionLimits.MAX_MANIFESTS);
    PbWish.Builder message = PbWish.newBuilder().setRevision(wish.revision());
    for (SignedManifest manifest : wish.manifests()) {
      message.addManifests(ManifestCodec.ofSigned(manifest));
    }
    return message;
  }
}
