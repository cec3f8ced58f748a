package io.ebbmesh.sim.world;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tasks that could run now, in the order in which they came; a ring that grows. */
final class TaskQueue {

  private static final int FIRST_CAPACITY = 1024;

  private @Nullable SimProcess[] processes = new SimProcess[FIRST_CAPACITY];
  private @Nullable Runnable[] tasks = new Runnable[FIRST_CAPACITY];
  private int head;
  private int size;
  private @Nullable SimProcess takenProcess;
  private @Nullable Runnable takenTask;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void add(SimProcess process, Runnable task) {
    if (size == tasks.length) {
      grow();
    }
    int at = slot(size++);
    processes[at] = process;
    tasks[at] = task;
  }

  /** Takes the task at {@code index}; those before it keep their order. */
  void take(int index) {
    int at = slot(index);
    takenProcess = processes[at];
    takenTask = tasks[at];
    for (int i = index; i > 0; i--) {
      int to = slot(i);
      int from = slot(i - 1);
      processes[to] = processes[from];
      tasks[to] = tasks[from];
    }
    processes[head] = null;
    tasks[head] = null;
    head = slot(1);
    size--;
  }

  /** Takes the first task of one process. Returns whether there was one. */
  boolean takeOf(SimProcess process) {
    for (int i = 0; i < size; i++) {
      if (processes[slot(i)] == process) {
        take(i);
        return true;
      }
    }
    return false;
  }

  SimProcess takenProcess() {
    return Objects.requireNonNull(takenProcess);
  }

  Runnable takenTask() {
    return Objects.requireNonNull(takenTask);
  }

  private int slot(int index) {
    return (head + index) & (tasks.length - 1);
  }

  private void grow() {
    SimProcess[] moreProcesses = new SimProcess[tasks.length * 2];
    Runnable[] moreTasks = new Runnable[tasks.length * 2];
    for (int i = 0; i < size; i++) {
      moreProcesses[i] = processes[slot(i)];
      moreTasks[i] = tasks[slot(i)];
    }
    processes = moreProcesses;
    tasks = moreTasks;
    head = 0;
  }
}
