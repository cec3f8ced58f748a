package io.ebbmesh.protocol.session;

import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Ancestry;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.Lineage;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.model.ModelRelease;
import io.ebbmesh.protocol.model.SignedManifest;
import io.ebbmesh.protocol.time.BootTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** One message of a session. The node dials and speaks first. */
public sealed interface Frame {

  /**
   * Node to hub, first frame of a session.
   *
   * @param node who; must be the name in the certificate
   * @param minProtocol oldest protocol version that the node speaks
   * @param maxProtocol newest protocol version that the node speaks
   * @param incarnation the life of the outbox
   * @param lineage openings of the store in this incarnation
   * @param ancestry from which incarnations the store parted
   * @param heads per lane, the highest sequence number accepted; 0 if none
   * @param clock the node's time at sending
   * @param maxBlockVersion newest block format that the node could write
   * @param serving what each model slot serves
   */
  record Hello(
      NodeId node,
      int minProtocol,
      int maxProtocol,
      Incarnation incarnation,
      Lineage lineage,
      Ancestry ancestry,
      Map<Lane, Long> heads,
      BootTime clock,
      int maxBlockVersion,
      List<ModelRelease> serving)
      implements Frame {

    /** The greeting of a store that never parted from another one. */
    public Hello(
        NodeId node,
        int minProtocol,
        int maxProtocol,
        Incarnation incarnation,
        Lineage lineage,
        Map<Lane, Long> heads,
        BootTime clock,
        int maxBlockVersion,
        List<ModelRelease> serving) {
      this(
          node,
          minProtocol,
          maxProtocol,
          incarnation,
          lineage,
          Ancestry.NONE,
          heads,
          clock,
          maxBlockVersion,
          serving);
    }
  }

  /**
   * Hub to node, the answer to {@link Hello}.
   *
   * @param protocol version that both use from now on
   * @param cursors per lane, what the hub holds, stored or declared lost: from the fork point on of
   *     this incarnation, below it of the ancestors
   * @param hubWallMillis the hub's time at sending, milliseconds since 1970
   * @param maxBlockVersion newest block format that the hub reads
   * @param dictionaries zstd dictionaries that the hub has
   * @param creditBytes bytes of blocks that may be sent and not yet acknowledged
   * @param heartbeatMillis how often each side says something at least
   */
  record Welcome(
      int protocol,
      Map<Lane, SeqRanges> cursors,
      long hubWallMillis,
      int maxBlockVersion,
      List<Integer> dictionaries,
      long creditBytes,
      long heartbeatMillis)
      implements Frame {}

  /**
   * Hub to node: no session, or no more of it; the link is closed after it.
   *
   * @param retryAfterMillis earliest time for another try, from now
   * @param forkPoints with {@link RefusalReason#FORKED}: per lane, the first number that the store
   *     and the one that the hub knows do not share; empty for any other reason
   */
  record Refused(
      RefusalReason reason, String message, long retryAfterMillis, Map<Lane, Long> forkPoints)
      implements Frame {

    /** Any refusal but that of a fork. */
    public Refused(RefusalReason reason, String message, long retryAfterMillis) {
      this(reason, message, retryAfterMillis, Collections.emptyMap());
    }
  }

  /** Why a hub refuses. The code is what frames carry. */
  enum RefusalReason {
    PROTOCOL(1),
    UPGRADE_HUB(2),
    IDENTITY(3),
    BUSY(4),
    STORE_UNAVAILABLE(5),
    BAD_FRAME(6),
    /** The node's store is not the one that the hub knows. */
    FORKED(7),
    /** Of a newer hub; never sent by this program. */
    UNKNOWN(0);

    private final int code;

    RefusalReason(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** The reason with this code, or {@link #UNKNOWN}: its message and wait count all the same. */
    public static RefusalReason ofCode(int code) {
      for (RefusalReason reason : values()) {
        if (reason.code == code) {
          return reason;
        }
      }
      return UNKNOWN;
    }
  }

  /**
   * Node to hub: one block, as it is on disk. Its header names lane and range; they are repeated
   * here so that a damaged block can be quarantined under its range.
   *
   * @param backfilled it was accepted before the session, or left behind by what is newer: live
   *     views need not show it
   */
  record BlockPush(Lane lane, SeqRange seqs, byte[] block, boolean backfilled) implements Frame {

    /** A block that is news. */
    public BlockPush(Lane lane, SeqRange seqs, byte[] block) {
      this(lane, seqs, block, false);
    }
  }

  /**
   * Hub to node: what became of pushed blocks and loss records. Everything in {@code held} is
   * durable at the hub: stored, quarantined or recorded as lost.
   *
   * @param held ranges that the hub now holds, cumulative or not
   * @param lossId highest loss record of the lane that is durable at the hub; 0 if none
   * @param creditBytes credit given back
   */
  record Ack(Lane lane, SeqRanges held, long lossId, long creditBytes) implements Frame {}

  /**
   * Hub to node: one block is whole but cannot be taken, so it is not acknowledged. Its lane stops
   * until the next session; the session and the other lanes go on.
   *
   * @param reason {@link RefusalReason#UPGRADE_HUB} if the block is newer than the hub
   */
  record BlockRefused(Lane lane, SeqRange seqs, RefusalReason reason, String message)
      implements Frame {}

  /** Node to hub: sequence numbers given up; sent before blocks. */
  record LossDeclared(LossRecord loss) implements Frame {}

  /** Hub to node: the releases it wants served. */
  record Wish(long revision, List<SignedManifest> manifests) implements Frame {}

  /** Node to hub: what it serves, and what became of the last wish. */
  record Report(long wishRevision, List<ModelRelease> serving, String problem) implements Frame {}

  /** Node to hub: asks for one chunk of the file with this digest. */
  record ChunkRequest(Digest file, int chunk) implements Frame {}

  /** Hub to node: one chunk; empty bytes if the hub does not have it. */
  record Chunk(Digest file, int chunk, byte[] bytes) implements Frame {}

  /**
   * Either way, once per heartbeat: a sign of life, and the sender's time.
   *
   * @param clock sender's time
   * @param storeAway of a hub: its store does not take what the node sent, so that acknowledgements
   *     wait for the store; always false from a node
   */
  record Heartbeat(BootTime clock, boolean storeAway) implements Frame {

    /** Of a node, or of a hub whose store answers. */
    public Heartbeat(BootTime clock) {
      this(clock, false);
    }
  }
}
