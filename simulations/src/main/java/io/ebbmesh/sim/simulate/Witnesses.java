package io.ebbmesh.sim.simulate;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;
import io.ebbmesh.sim.machine.Witness;
import io.ebbmesh.sync.insight.store.Greeting;
import io.ebbmesh.sync.insight.store.InsightStore.Change;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Outcome;
import java.util.List;
import java.util.function.Consumer;

/** Several witnesses, told one after the other. */
final class Witnesses implements Witness {

  private final Witness[] all;

  Witnesses(List<? extends Witness> all) {
    this.all = all.toArray(new Witness[0]);
  }

  private void each(Consumer<Witness> event) {
    for (Witness witness : all) {
      event.accept(witness);
    }
  }

  @Override
  public void added(SimNode node) {
    each(witness -> witness.added(node));
  }

  @Override
  public void booted(SimNode node) {
    each(witness -> witness.booted(node));
  }

  @Override
  public void opened(SimNode node) {
    each(witness -> witness.opened(node));
  }

  @Override
  public void crashed(SimNode node, boolean power) {
    each(witness -> witness.crashed(node, power));
  }

  @Override
  public void rewound(SimNode node) {
    each(witness -> witness.rewound(node));
  }

  @Override
  public void cloned(SimNode node, SimNode copy) {
    each(witness -> witness.cloned(node, copy));
  }

  @Override
  public void damaged(SimNode node) {
    each(witness -> witness.damaged(node));
  }

  @Override
  public void link(SimNode node, boolean up) {
    each(witness -> witness.link(node, up));
  }

  @Override
  public void path(SimNode node, boolean whole) {
    each(witness -> witness.path(node, whole));
  }

  @Override
  public void session(SimNode node, boolean live) {
    each(witness -> witness.session(node, live));
  }

  @Override
  public void held(SimNode node, boolean session) {
    each(witness -> witness.held(node, session));
  }

  @Override
  public void dialled(SimNode node) {
    each(witness -> witness.dialled(node));
  }

  @Override
  public void sent(SimNode node, boolean toHub, int bytes) {
    each(witness -> witness.sent(node, toHub, bytes));
  }

  @Override
  public void arrived(SimNode node, boolean toHub, Frame frame) {
    each(witness -> witness.arrived(node, toHub, frame));
  }

  @Override
  public void produced(SimNode node, String source, long position) {
    each(witness -> witness.produced(node, source, position));
  }

  @Override
  public void attached(SimNode node, String source, long position) {
    each(witness -> witness.attached(node, source, position));
  }

  @Override
  public void accepted(SimNode node, String source, long position, Lane lane, long seq) {
    each(witness -> witness.accepted(node, source, position, lane, seq));
  }

  @Override
  public void refused(SimNode node, String source, long position) {
    each(witness -> witness.refused(node, source, position));
  }

  @Override
  public void greeted(SimNode node, Greeting greeting) {
    each(witness -> witness.greeted(node, greeting));
  }

  @Override
  public void committed(SimNode node, LaneKey lane, Change change, Cursor before, Outcome now) {
    each(witness -> witness.committed(node, lane, change, before, now));
  }

  @Override
  public void disk(SimNode node, long usedBytes) {
    each(witness -> witness.disk(node, usedBytes));
  }

  @Override
  public void hubBooted() {
    each(Witness::hubBooted);
  }

  @Override
  public void hubCrashed() {
    each(Witness::hubCrashed);
  }

  @Override
  public void hubStoreFails(boolean fails) {
    each(witness -> witness.hubStoreFails(fails));
  }

  @Override
  public void fault(int node, String kind, String text) {
    each(witness -> witness.fault(node, kind, text));
  }

  @Override
  public void afterEvent() {
    for (Witness witness : all) {
      witness.afterEvent();
    }
  }
}
