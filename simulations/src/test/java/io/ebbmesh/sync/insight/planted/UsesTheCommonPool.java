package io.ebbmesh.sync.insight.planted;

import java.util.concurrent.CompletableFuture;

/** Planted violation: the common pool is nobody's to use on the roads. */
public final class UsesTheCommonPool {
  CompletableFuture<Integer> later() {
    return CompletableFuture.supplyAsync(() -> 1);
  }
}
