package io.ebbmesh.sim.machine;

import io.ebbmesh.node.site.LocalInference;
import io.ebbmesh.node.site.Site;
import io.ebbmesh.node.site.SiteView;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The network of one site: who hears whom, and how late. Each member sees it through the port
 * {@link Site}; a member that is off, or in another part of a LAN that is cut, does not answer.
 */
public final class Lan {

  /** As the real site: how many offers of one node may wait. */
  private static final int MAX_IN_FLIGHT = 256;

  /** How long a neighbour may be silent before the next one is asked. */
  private static final long ATTEMPT_NANOS = 200_000_000L;

  private final World world;
  private final String name;
  private final long latencyNanos;
  private final List<Member> members = new ArrayList<>();

  public Lan(World world, String name, long latencyNanos) {
    this.world = world;
    this.name = name;
    this.latencyNanos = latencyNanos;
  }

  public String name() {
    return name;
  }

  /** The nodes on it, in the order in which they came. */
  public List<Integer> memberNumbers() {
    return members.stream().map(member -> member.node).toList();
  }

  public List<String> memberNames() {
    return members.stream().map(member -> member.memberName).toList();
  }

  /** Nodes with the same part hear each other; all are in part 0 at first. */
  public void part(int node, int part) {
    for (Member member : members) {
      if (member.node == node) {
        member.part = part;
      }
    }
  }

  /** Makes all nodes hear each other again. */
  public void heal() {
    members.forEach(member -> member.part = 0);
  }

  Member member(int node, String memberName) {
    Member member = new Member(node, memberName);
    members.add(member);
    return member;
  }

  /** One node's place on the LAN; outlives its program. */
  final class Member {

    private final int node;
    private final String memberName;
    private int part;
    private int turn;
    private Connected connected = new Connected(LocalInference.none());

    Member(int node, String memberName) {
      this.node = node;
      this.memberName = memberName;
      connected.open = false;
    }

    /** The program of this node joins the site. */
    Site join(LocalInference device) {
      connected = new Connected(device);
      return connected;
    }

    void leave() {
      connected.open = false;
    }

    /** A program's view of the site. */
    final class Connected implements Site {

      private final LocalInference device;
      private Set<String> models = new TreeSet<>();
      private boolean open = true;
      private int inFlight;

      Connected(LocalInference device) {
        this.device = device;
      }

      @Override
      public void advertise(Set<String> served) {
        models = new TreeSet<>(served);
      }

      @Override
      public CompletionStage<InferenceAnswer> offer(InferenceRequest request) {
        if (inFlight >= MAX_IN_FLIGHT) {
          return CompletableFuture.completedFuture(
              new InferenceAnswer.Failed(Reason.BUSY, "too many offers wait", true));
        }
        inFlight++;
        Offer offer = new Offer(Member.this, candidates(request.model()), request);
        offer.begin();
        return offer.answer.whenComplete((answer, failure) -> inFlight--);
      }

      private List<Member> candidates(String model) {
        List<Member> found = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
          Member other = members.get((turn + i) % members.size());
          if (other != Member.this && other.connected.models.contains(model)) {
            found.add(other);
          }
        }
        turn++;
        return found;
      }

      @Override
      public SiteView view() {
        return new SiteView(
            open ? SiteView.State.UP : SiteView.State.OFF,
            members.stream()
                .map(
                    each ->
                        new SiteView.Member(each.memberName, name, "Up", each.hears(Member.this)))
                .toList(),
            0);
      }

      @Override
      public void close() {
        open = false;
      }
    }

    boolean hears(Member other) {
      return connected.open && other.connected.open && part == other.part;
    }
  }

  /** One request on its way around the site. */
  private final class Offer {

    private final Member from;
    private final List<Member> candidates;
    private final InferenceRequest request;
    private final long deadlineNanos;
    private final CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();
    private int next;
    private InferenceAnswer last =
        new InferenceAnswer.Failed(Reason.NO_DEVICE, "no neighbour serves the model", true);

    Offer(Member from, List<Member> candidates, InferenceRequest request) {
      this.from = from;
      this.candidates = candidates;
      this.request = request;
      this.deadlineNanos = world.nowNanos() + request.budgetNanos();
    }

    void begin() {
      world.at(
          deadlineNanos,
          () ->
              answer.complete(
                  new InferenceAnswer.Failed(Reason.DEADLINE, "no neighbour in time", true)));
      world.after(0, () -> ask(next));
    }

    private void ask(int attempt) {
      if (answer.isDone() || attempt != next) {
        return;
      }
      if (next == candidates.size()) {
        answer.complete(last);
        return;
      }
      Member asked = candidates.get(next++);
      int nextAttempt = next;
      world.after(ATTEMPT_NANOS, () -> ask(nextAttempt));
      world.after(
          latencyNanos,
          () -> {
            if (asked.hears(from)) {
              asked.connected.device.infer(request).whenComplete((a, f) -> back(asked, a, attempt));
            }
          });
    }

    private void back(Member asked, InferenceAnswer said, int attempt) {
      world.after(
          latencyNanos,
          () -> {
            if (!from.hears(asked)) {
              return;
            }
            if (said instanceof InferenceAnswer.Decided) {
              answer.complete(said);
            } else {
              last = said;
              ask(attempt + 1);
            }
          });
    }
  }
}
