package io.ebbmesh.sim.link;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.world.EventKind;
import io.ebbmesh.sync.link.Connection;
import io.ebbmesh.sync.link.LinkListener;
import java.util.ArrayDeque;
import java.util.zip.CRC32C;

/** One connection over a wire; each end hears of its end once. */
final class Line {

  /** Beyond it the peer is not reading, and the connection is closed; as in the real link. */
  private static final long MAX_UNSENT_BYTES = 64L << 20;

  /** What TLS 1.3 adds to each record of at most 16 KiB. */
  private static final int RECORD_BYTES = 22;

  private static final int RECORD_PAYLOAD_BYTES = 16 * 1024;

  /** A frame that takes longer than this is heard of before it is whole, as in the real link. */
  private static final long TELL_BYTES_NANOS = 1_000_000_000L;

  private static final double LATEST_REORDERED_NANOS = 500e6;

  private final Wire wire;
  private final long number;
  final End nodeEnd;
  final End hubEnd;

  Line(Wire wire, long number, LinkListener nodeListener, LinkListener hubListener) {
    this.wire = wire;
    this.number = number;
    this.nodeEnd = new End(true, "hub", nodeListener, wire.toHub);
    this.hubEnd = new End(false, wire.id, hubListener, wire.toNode);
  }

  /** A frame that waits to be flushed. */
  private record Handed(byte[] bytes, long tamperedNanos) {}

  /** One side; sends into its channel. */
  final class End implements Connection {

    private final boolean isNode;
    private final String peer;
    private final LinkListener listener;
    private final Channel channel;
    private final ArrayDeque<Handed> handedOver = new ArrayDeque<>();
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private boolean open = true;
    private boolean welcomed;
    private boolean mute;
    private boolean finHeld;
    private long lastArrivalNanos;
    private long toldBytesNanos;
    private long unsentBytes;

    End(boolean isNode, String peer, LinkListener listener, Channel channel) {
      this.isNode = isNode;
      this.peer = peer;
      this.listener = listener;
      this.channel = channel;
    }

    private End other() {
      return isNode ? hubEnd : nodeEnd;
    }

    @Override
    public String peer() {
      return peer;
    }

    @Override
    public void send(Frame frame) {
      if (!open) {
        return;
      }
      if (!isNode && frame instanceof Frame.Welcome && !welcomed) {
        welcomed = true;
        wire.watch.held(wire.node, true);
      }
      byte[] bytes = FrameCodec.encode(wire.tampering.carried(isNode, frame));
      trace(EventKind.SENT, bytes);
      unsentBytes += framedBytes(bytes);
      if (unsentBytes > MAX_UNSENT_BYTES) {
        broken("the peer does not read");
        return;
      }
      if (handedOver.isEmpty()) {
        wire.world.after(0, this::flush);
      }
      handedOver.add(new Handed(bytes, wire.tampering.delayNanos(isNode, frame)));
    }

    /**
     * One flush for all frames that were handed over at one time: they fill TLS records together.
     */
    private void flush() {
      long total = handedOver.stream().mapToLong(handed -> framedBytes(handed.bytes())).sum();
      long inRecords = 0;
      long frameEnd = 0;
      long arrival = 0;
      while (open && arrival != Long.MAX_VALUE && !handedOver.isEmpty()) {
        Handed frame = handedOver.remove();
        frameEnd += framedBytes(frame.bytes());
        while (inRecords < frameEnd && arrival != Long.MAX_VALUE) {
          int payload = (int) Math.min(RECORD_PAYLOAD_BYTES, total - inRecords);
          inRecords += payload;
          arrival = sendRecord(payload);
          if (inRecords < frameEnd) {
            bytesArrive(arrival);
          }
        }
        if (arrival != Long.MAX_VALUE && frame.tamperedNanos() != Tampering.SWALLOWED) {
          // Nothing of a record can be read before all of it is there.
          arrives(arrival + frame.tamperedNanos(), frame.bytes());
        }
      }
      handedOver.clear();
    }

    private void bytesArrive(long arrival) {
      long since = arrival - Math.max(toldBytesNanos, wire.world.nowNanos());
      if (arrival != Long.MAX_VALUE && since >= TELL_BYTES_NANOS) {
        toldBytesNanos = arrival;
        wire.world.at(arrival, this::tellBytes);
      }
    }

    private void tellBytes() {
      if (!mute && held.isEmpty() && wire.passes(isNode) && other().open) {
        other().listener.onBytes();
      }
    }

    /** Returns when a record arrives; {@link Long#MAX_VALUE} if never. */
    private long sendRecord(int payloadBytes) {
      int onWire = payloadBytes + RECORD_BYTES;
      wire.watch.sent(wire.node, isNode, onWire);
      return channel.send(wire.world.nowNanos(), onWire, wire.chance);
    }

    private void arrives(long arrival, byte[] bytes) {
      WireSettings.Hostility hostility = wire.settings.hostility();
      if (hostility.isNone()) {
        deliverAt(inOrder(arrival), bytes, framedBytes(bytes));
      } else {
        sendThrough(hostility, arrival, bytes, framedBytes(bytes));
      }
    }

    /** Bytes of a frame with its length as a varint. */
    private static int framedBytes(byte[] frame) {
      return frame.length + 1 + (31 - Integer.numberOfLeadingZeros(frame.length | 1)) / 7;
    }

    private long inOrder(long arrival) {
      lastArrivalNanos = Math.max(arrival, lastArrivalNanos);
      return lastArrivalNanos;
    }

    private void sendThrough(
        WireSettings.Hostility hostility, long arrival, byte[] bytes, int onWire) {
      if (wire.chance.nextDouble() < hostility.loss()) {
        unsentBytes -= onWire;
        return;
      }
      if (wire.chance.nextDouble() < hostility.corruption()) {
        wire.world.at(inOrder(arrival), () -> corrupted(bytes));
        return;
      }
      boolean late = wire.chance.nextDouble() < hostility.reordering();
      long at =
          late
              ? arrival + (long) (wire.chance.nextDouble() * LATEST_REORDERED_NANOS)
              : inOrder(arrival);
      deliverAt(at, bytes, onWire);
      if (wire.chance.nextDouble() < hostility.duplication()) {
        deliverAt(at, bytes, 0);
      }
    }

    private void deliverAt(long atNanos, byte[] bytes, int onWire) {
      wire.world.at(
          atNanos,
          () -> {
            unsentBytes -= onWire;
            if (mute) {
              return;
            }
            if (!held.isEmpty() || !wire.passes(isNode)) {
              held.add(bytes);
            } else {
              other().receive(bytes);
            }
          });
    }

    private void receive(byte[] bytes) {
      if (!open) {
        return;
      }
      trace(EventKind.RECEIVED, bytes);
      try {
        Frame frame = FrameCodec.decode(bytes);
        wire.watch.arrived(wire.node, !isNode, frame);
        listener.onFrame(frame);
      } catch (FrameException e) {
        throw new IllegalStateException("what was encoded cannot be decoded", e);
      }
    }

    /** The decoder sees what the cipher would have kept from it; whatever it says, it is over. */
    private void corrupted(byte[] bytes) {
      byte[] damaged = bytes.clone();
      long bit = Math.floorMod(wire.chance.nextLong(), damaged.length * 8L);
      damaged[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
      try {
        FrameCodec.decode(damaged);
      } catch (FrameException e) {
        // As good as what the cipher says.
      }
      broken("bad record MAC");
    }

    private void release() {
      while (!held.isEmpty() && wire.passes(isNode)) {
        other().receive(held.remove());
      }
      if (finHeld && held.isEmpty()) {
        other().down("closed by the peer");
      }
    }

    @Override
    public void close() {
      if (!open) {
        return;
      }
      flush();
      wire.world.after(0, () -> down("closed"));
      long arrival = channel.send(wire.world.nowNanos(), RECORD_BYTES, wire.chance);
      if (arrival != Long.MAX_VALUE) {
        wire.world.at(inOrder(arrival), this::finArrives);
      }
    }

    private void finArrives() {
      if (mute) {
        return;
      }
      if (wire.passes(isNode) && held.isEmpty()) {
        other().down("closed by the peer");
      } else {
        finHeld = true;
      }
    }

    private void down(String reason) {
      if (open) {
        open = false;
        wire.world
            .trace()
            .event(wire.world.nowNanos(), EventKind.CLOSED, wire.node, number, isNode ? 1 : 0);
        if (isNode) {
          wire.watch.closed(wire.node);
        }
        endSession();
        listener.onDown(reason);
      }
    }

    private void endSession() {
      if (welcomed) {
        welcomed = false;
        wire.watch.held(wire.node, false);
      }
    }

    private void gone() {
      open = false;
      held.clear();
      mute = true;
    }

    private void trace(EventKind kind, byte[] bytes) {
      CRC32C crc = new CRC32C();
      crc.update(bytes);
      wire.world
          .trace()
          .event(wire.world.nowNanos(), kind, isNode ? wire.node : 0, bytes.length, crc.getValue());
    }
  }

  boolean isOver() {
    return !nodeEnd.open && !hubEnd.open;
  }

  boolean holdsAnything() {
    return !nodeEnd.held.isEmpty() || !hubEnd.held.isEmpty() || nodeEnd.finHeld || hubEnd.finHeld;
  }

  void release() {
    nodeEnd.release();
    hubEnd.release();
  }

  /** Both ends hear that it is over. */
  void broken(String reason) {
    nodeEnd.mute = true;
    hubEnd.mute = true;
    wire.world.after(
        0,
        () -> {
          nodeEnd.down(reason);
          hubEnd.down(reason);
        });
  }

  /** Nothing passes any more, and neither end hears of it. */
  void forget() {
    nodeEnd.mute = true;
    hubEnd.mute = true;
  }

  void nodeGone() {
    nodeEnd.gone();
  }

  void hubEnded() {
    ended(hubEnd, nodeEnd);
  }

  void nodeEnded() {
    ended(nodeEnd, hubEnd);
  }

  private void ended(End end, End peer) {
    if (!end.open) {
      return;
    }
    end.open = false;
    end.endSession();
    long arrival = end.channel.send(wire.world.nowNanos(), RECORD_BYTES, wire.chance);
    if (arrival != Long.MAX_VALUE) {
      wire.world.at(
          end.inOrder(arrival),
          () -> {
            if (!end.mute && wire.passes(end.isNode)) {
              peer.down("reset by the peer");
            }
          });
    }
  }
}
