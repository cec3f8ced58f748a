package io.ebbmesh.sync.insight.outbox;

/**
 * How much room a lane has.
 *
 * @param freeBlocks how many more it may hold; 0 if it is full of bytes
 * @param heldBytes what its blocks take on the disk
 * @param fullBytes at which it is full
 */
record LaneSpace(int freeBlocks, long heldBytes, long fullBytes) {

  static final LaneSpace NONE = new LaneSpace(0, 0, 0);
}
