package io.ebbmesh.node.edge;

import java.util.function.Supplier;

/** A value that one actor replaces and any thread may read. */
final class Current<T> implements Supplier<T> {

  private volatile T value;

  Current(T value) {
    this.value = value;
  }

  void set(T replacement) {
    value = replacement;
  }

  @Override
  public T get() {
    return value;
  }
}
