package io.ebbmesh.sim.process;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What one connection has on its way in one direction: pieces that arrive when they are due, in
 * order. When the receiver does not read, the line fills up and its sender waits.
 */
final class DelayLine {

  /** Where pieces arrive. */
  interface Exit {
    void arrived(byte[] bytes) throws IOException, InterruptedException;
  }

  private record Piece(byte[] bytes, long dueNanos) {}

  /** Beyond what the delay holds, for a thread that is late. */
  private static final int SPARE_PIECES = 8;

  private static final byte[] END = {};

  private final BlockingQueue<Piece> pieces;
  private volatile boolean broken;

  DelayLine(int piecesUnderWay) {
    this.pieces = new ArrayBlockingQueue<>(piecesUnderWay + SPARE_PIECES);
  }

  /**
   * Puts a piece on its way; waits while the line is full.
   *
   * @return whether anybody takes what arrives
   */
  boolean put(byte[] bytes, long dueNanos) throws InterruptedException {
    pieces.put(new Piece(bytes, dueNanos));
    return !broken;
  }

  /** Nothing follows. */
  void end() throws InterruptedException {
    pieces.put(new Piece(END, System.nanoTime()));
  }

  /** Hands on pieces until the end; after a failure takes and drops them, so that nobody waits. */
  void carry(Exit exit) throws IOException, InterruptedException {
    IOException failure = null;
    for (Piece piece = pieces.take(); piece.bytes() != END; piece = pieces.take()) {
      if (failure != null) {
        continue;
      }
      Shaper.sleepUntil(piece.dueNanos());
      try {
        exit.arrived(piece.bytes());
      } catch (IOException e) {
        failure = e;
        broken = true;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
