package io.ebbmesh.sim.process;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * One direction of a bad link: a queue before a narrow part, losses, then a delay. Two threads: one
 * takes packets in, one hands them out when they are due.
 */
final class PacketLine {

  private static final int POLL_MILLIS = 50;

  private record Packet(long dueNanos, byte[] bytes) {}

  private final TunDevice from;
  private final TunDevice to;
  private final PacketShape shape;
  private final SplittableRandom losses;
  // Holds what the queue and the delay of the shape hold at its rate, and no more.
  private final BlockingQueue<Packet> underWay = new LinkedBlockingQueue<>();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder deliveredBytes = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder overflowed = new LongAdder();
  private final Thread taking;
  private final Thread handing;
  private volatile boolean cut;
  private volatile boolean over;
  private long freeAtNanos = System.nanoTime();

  PacketLine(String name, TunDevice from, TunDevice to, PacketShape shape, long seed) {
    this.from = from;
    this.to = to;
    this.shape = shape;
    this.losses = new SplittableRandom(seed);
    this.taking = new Thread(this::take, name + "-in");
    this.handing = new Thread(this::hand, name + "-out");
    taking.setDaemon(true);
    handing.setDaemon(true);
  }

  void start() {
    taking.start();
    handing.start();
  }

  /** Whether every packet is dropped, silently. */
  void setCut(boolean cut) {
    this.cut = cut;
  }

  EmulatedLink.Counts counts() {
    return new EmulatedLink.Counts(
        delivered.sum(), deliveredBytes.sum(), lost.sum(), overflowed.sum());
  }

  private void take() {
    try {
      while (!over) {
        byte[] packet = from.receive(POLL_MILLIS);
        if (packet.length > 0) {
          admit(packet, System.nanoTime());
        }
      }
    } catch (IOException e) {
      over = true;
    }
  }

  private void admit(byte[] packet, long nowNanos) {
    if (cut) {
      lost.increment();
      return;
    }
    long sentNanos =
        Math.max(freeAtNanos, nowNanos) + (long) (packet.length * shape.nanosPerByte());
    if (sentNanos - nowNanos > shape.queue().toNanos()) {
      overflowed.increment();
      return;
    }
    freeAtNanos = sentNanos;
    if (losses.nextDouble() < shape.loss()) {
      lost.increment();
      return;
    }
    underWay.add(new Packet(sentNanos + shape.oneWayNanos(), packet));
  }

  private void hand() {
    try {
      while (!over) {
        Packet next = underWay.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
          continue;
        }
        for (long wait = next.dueNanos - System.nanoTime();
            wait > 0;
            wait = next.dueNanos - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        if (cut) {
          lost.increment();
        } else {
          to.send(next.bytes);
          delivered.increment();
          deliveredBytes.add(next.bytes.length);
        }
      }
    } catch (IOException e) {
      over = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends both threads and waits for them: the devices may be closed then. */
  void stop() throws InterruptedException {
    over = true;
    taking.join();
    handing.join();
  }
}
