package io.ebbmesh.sync.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.sync.codec.proto.PbBlockAppended;
import io.ebbmesh.sync.codec.proto.PbBlocksMerged;
import io.ebbmesh.sync.codec.proto.PbFoldMoved;
import io.ebbmesh.sync.codec.proto.PbLaneAcknowledged;
import io.ebbmesh.sync.codec.proto.PbLaneSnapshot;
import io.ebbmesh.sync.codec.proto.PbLaneTrimmed;
import io.ebbmesh.sync.codec.proto.PbRangeDeclaredLost;
import io.ebbmesh.sync.codec.proto.PbRangeFolded;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Acknowledged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.FoldMoved;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeFolded;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Trimmed;
import io.ebbmesh.sync.insight.outbox.LaneSnapshot;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Events and snapshots of a lane as protobuf.
 *
 * <p>The manifests are frozen; a new form of a message gets a new one, and the old one stays
 * readable.
 *
 * <pre>
 * LB1  BlockAppended       LA1  Acknowledged        LT1  Trimmed
 * LM1  BlocksMerged        LL1  RangeDeclaredLost   LS1  LaneSnapshot
 * </pre>
 */
public final class LaneSerializer extends SerializerWithStringManifest {

  /** Frozen: stored beside every event. */
  public static final int IDENTIFIER = 1_300_101;

  private static final String BLOCK_APPENDED = "LB1";
  private static final String BLOCKS_MERGED = "LM1";
  private static final String ACKNOWLEDGED = "LA1";
  private static final String DECLARED_LOST = "LL1";
  private static final String FOLDED = "LF1";
  private static final String FOLD_MOVED = "LV1";
  private static final String TRIMMED = "LT1";
  private static final String SNAPSHOT = "LS1";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof BlockAppended) {
      return BLOCK_APPENDED;
    } else if (message instanceof Acknowledged) {
      return ACKNOWLEDGED;
    } else if (message instanceof RangeDeclaredLost) {
      return DECLARED_LOST;
    } else if (message instanceof Trimmed) {
      return TRIMMED;
    } else if (message instanceof BlocksMerged) {
      return BLOCKS_MERGED;
    } else if (message instanceof RangeFolded) {
      return FOLDED;
    } else if (message instanceof FoldMoved) {
      return FOLD_MOVED;
    } else if (message instanceof LaneSnapshot) {
      return SNAPSHOT;
    }
    throw new IllegalArgumentException("not an event or snapshot of a lane: " + message.getClass());
  }

  @Override
  public byte[] toBinary(Object message) {
    return toMessage(message).toByteArray();
  }

  private static MessageLite toMessage(Object message) {
    if (message instanceof BlockAppended appended) {
      return blockAppended(appended);
    } else if (message instanceof Acknowledged acked) {
      return PbLaneAcknowledged.newBuilder()
          .setHeld(LaneMessages.ranges(acked.held()))
          .setLossId(acked.lossId())
          .build();
    } else if (message instanceof RangeDeclaredLost declared) {
      return LaneMessages.loss(declared.loss());
    } else if (message instanceof Trimmed trimmed) {
      return PbLaneTrimmed.newBuilder()
          .setNextSeq(trimmed.nextSeq())
          .setAcknowledged(LaneMessages.ranges(trimmed.acknowledged()))
          .setLost(LaneMessages.ranges(trimmed.lost()))
          .setLossId(trimmed.lossId())
          .setTotals(LaneMessages.totals(trimmed.totals()))
          .addAllLosses(trimmed.losses().stream().map(LaneMessages::loss).toList())
          .addAllFolds(trimmed.folds())
          .build();
    } else if (message instanceof BlocksMerged merged) {
      return PbBlocksMerged.newBuilder()
          .setFirst(merged.seqs().first())
          .setCount(Math.toIntExact(merged.seqs().count()))
          .setBlock(UnsafeByteOperations.unsafeWrap(merged.block()))
          .build();
    } else if (message instanceof RangeFolded folded) {
      return PbRangeFolded.newBuilder()
          .setLoss(LaneMessages.loss(folded.loss()))
          .setAggregates(UnsafeByteOperations.unsafeWrap(folded.aggregates()))
          .build();
    } else if (message instanceof FoldMoved moved) {
      return PbFoldMoved.newBuilder().setEventNr(moved.eventNr()).build();
    } else if (message instanceof LaneSnapshot snapshot) {
      return SnapshotMessages.toMessage(snapshot);
    }
    throw new IllegalArgumentException("not an event or snapshot of a lane: " + message.getClass());
  }

  private static PbBlockAppended blockAppended(BlockAppended appended) {
    PbBlockAppended.Builder builder =
        PbBlockAppended.newBuilder()
            .setFirst(appended.seqs().first())
            .setCount(Math.toIntExact(appended.seqs().count()))
            .setBlock(UnsafeByteOperations.unsafeWrap(appended.block()));
    for (SourceHead head : appended.sources()) {
      builder.addSources(LaneMessages.sourceHead(head));
    }
    return builder.build();
  }

  /**
   * @throws NotSerializableException if the bytes are not what the manifest says, or the manifest
   *     is of a newer program
   */
  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case BLOCK_APPENDED -> blockAppended(bytes);
        case BLOCKS_MERGED -> {
          PbBlocksMerged merged = PbBlocksMerged.parseFrom(aliasing(bytes));
          yield new BlocksMerged(
              LaneMessages.range(merged.getFirst(), merged.getCount()), array(merged.getBlock()));
        }
        case ACKNOWLEDGED -> {
          PbLaneAcknowledged acked = PbLaneAcknowledged.parseFrom(bytes);
          yield new Acknowledged(LaneMessages.ranges(acked.getHeld()), acked.getLossId());
        }
        case DECLARED_LOST ->
            new RangeDeclaredLost(LaneMessages.loss(PbRangeDeclaredLost.parseFrom(bytes)));
        case FOLDED -> {
          PbRangeFolded folded = PbRangeFolded.parseFrom(aliasing(bytes));
          yield new RangeFolded(LaneMessages.loss(folded.getLoss()), array(folded.getAggregates()));
        }
        case FOLD_MOVED -> new FoldMoved(PbFoldMoved.parseFrom(bytes).getEventNr());
        case TRIMMED -> {
          PbLaneTrimmed trimmed = PbLaneTrimmed.parseFrom(bytes);
          yield new Trimmed(
              trimmed.getNextSeq(),
              LaneMessages.ranges(trimmed.getAcknowledged()),
              LaneMessages.ranges(trimmed.getLost()),
              trimmed.getLossId(),
              LaneMessages.totals(trimmed.getTotals()),
              trimmed.getLossesList().stream().map(LaneMessages::loss).toList(),
              trimmed.getFoldsList());
        }
        case SNAPSHOT -> SnapshotMessages.fromMessage(PbLaneSnapshot.parseFrom(bytes));
        default ->
            throw new NotSerializableException(
                "lane event or snapshot of the unknown form '"
                    + manifest
                    + "': written by a newer program; start that one");
      };
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      NotSerializableException failure =
          new NotSerializableException(
              "lane event or snapshot " + manifest + " cannot be read: " + e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private static BlockAppended blockAppended(byte[] bytes) throws IOException {
    PbBlockAppended appended = PbBlockAppended.parseFrom(aliasing(bytes));
    List<SourceHead> sources = new ArrayList<>(appended.getSourcesCount());
    for (int i = 0; i < appended.getSourcesCount(); i++) {
      sources.add(LaneMessages.sourceHead(appended.getSources(i)));
    }
    return new BlockAppended(
        LaneMessages.range(appended.getFirst(), appended.getCount()),
        array(appended.getBlock()),
        sources);
  }

  /** A block in the message then shares {@code bytes}, which nobody writes to. */
  private static CodedInputStream aliasing(byte[] bytes) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    return input;
  }

  private static byte[] array(ByteString block) {
    return block.toByteArray();
  }
}
