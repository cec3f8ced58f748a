package io.ebbmesh.node.site;

import io.ebbmesh.node.site.SiteSettings.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * What the actor system of the site is made of: a door that finds other sites, a worker that runs
 * neighbours' requests, a broker that carries this node's offers.
 *
 * <p>If any of them ends, the whole system ends, and {@link PekkoSite} builds it again.
 */
final class SiteRoot extends AbstractBehavior<SiteRoot.Command> {

  /** Role of a member that says the name of its node. */
  static final String NODE_ROLE = "node-";

  sealed interface Command permits Advertise, ToBroker, Changed, Refresh, StillOutside {}

  /** Serves these models from now on. */
  record Advertise(Set<String> models) implements Command {}

  /** For the broker. */
  record ToBroker(SiteBroker.Command command) implements Command {}

  private record Changed(ClusterEvent.ClusterDomainEvent event) implements Command {}

  /** The state that events announce is kept by another actor, which may be behind. */
  private record Refresh() implements Command {}

  private record StillOutside(int round) implements Command {}

  /**
   * What the root is told and whom it tells.
   *
   * @param first addresses to look for before the seeds are tried; empty at a usual start
   * @param onChange takes the state whenever it changes
   * @param giveWay takes the members of a site that this node shall join instead
   * @param ending takes the actor system when it begins to end
   */
  record Wiring(
      SiteSettings settings,
      LocalInference local,
      LongSupplier nanos,
      List<String> first,
      Consumer<SiteView> onChange,
      Consumer<List<String>> giveWay,
      Consumer<ActorSystem<?>> ending) {}

  private final Wiring wiring;
  private final SiteSettings settings;
  private final Cluster cluster;
  private final ActorRef<SiteWorker.Command> worker;
  private final ActorRef<SiteBroker.Command> broker;
  private final Set<String> advertised = new TreeSet<>();

  private @Nullable SiteView shown;

  /** Read by the door as well. */
  private volatile List<String> members = List.of();

  private SiteRoot(ActorContext<Command> context, Wiring wiring) {
    super(context);
    this.wiring = wiring;
    this.settings = wiring.settings();
    this.cluster = Cluster.get(context.getSystem());
    context.watch(
        context.spawn(SiteDoor.create(settings, () -> members, wiring.giveWay()), SiteDoor.NAME));
    this.worker = context.spawn(SiteWorker.create(wiring.local(), settings.limits()), "worker");
    this.broker = context.spawn(SiteBroker.create(settings, wiring.nanos()), "broker");
    context.watch(worker);
    context.watch(broker);
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(ClusterEvent.ClusterDomainEvent.class, Changed::new),
                ClusterEvent.ClusterDomainEvent.class));
  }

  static Behavior<Command> create(Wiring wiring) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  SiteRoot root = new SiteRoot(context, wiring);
                  timers.startTimerWithFixedDelay(
                      new Refresh(), wiring.settings().timing().heartbeatInterval());
                  Duration formAfter = wiring.settings().timing().formAfter();
                  if (wiring.first().isEmpty()) {
                    root.join(wiring.settings().seeds());
                  } else {
                    root.join(wiring.first().stream().map(SiteRoot::parse).toList());
                    timers.startSingleTimer(new StillOutside(0), formAfter);
                  }
                  int place = wiring.settings().seeds().indexOf(wiring.settings().self());
                  if (place > 0) {
                    timers.startSingleTimer(new StillOutside(place), formAfter.multipliedBy(place));
                  }
                  return root;
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Advertise.class, this::onAdvertise)
        .onMessage(ToBroker.class, this::onToBroker)
        .onMessage(Changed.class, changed -> onChanged())
        .onMessage(Refresh.class, refresh -> onChanged())
        .onMessage(StillOutside.class, this::onStillOutside)
        .onSignal(PostStop.class, stopped -> onStopped())
        .build();
  }

  private Behavior<Command> onStopped() {
    wiring.ending().accept(getContext().getSystem());
    return this;
  }

  private Behavior<Command> onAdvertise(Advertise advertise) {
    ActorRef<Receptionist.Command> receptionist = getContext().getSystem().receptionist();
    for (String model : List.copyOf(advertised)) {
      if (!advertise.models().contains(model)) {
        receptionist.tell(Receptionist.deregister(SiteBroker.key(model), worker.narrow()));
        advertised.remove(model);
      }
    }
    for (String model : advertise.models()) {
      if (advertised.add(model)) {
        receptionist.tell(Receptionist.register(SiteBroker.key(model), worker.narrow()));
      }
    }
    return this;
  }

  private Behavior<Command> onToBroker(ToBroker toBroker) {
    broker.tell(toBroker.command());
    return this;
  }

  /**
   * Nobody let this node in. At place 0 it goes on with the seeds; a later one in the list now puts
   * itself first, which lets it form the site if the others still do not answer.
   */
  private Behavior<Command> onStillOutside(StillOutside outside) {
    if (!members.isEmpty()) {
      return this;
    }
    List<HostPort> seeds = new ArrayList<>(settings.seeds());
    if (outside.round() > 0) {
      seeds.remove(settings.self());
      seeds.add(0, settings.self());
    }
    join(seeds);
    return this;
  }

  private void join(List<HostPort> seeds) {
    List<Address> addresses =
        seeds.stream()
            .map(seed -> new Address("pekko", settings.name(), seed.host(), seed.port()))
            .toList();
    cluster.manager().tell(new JoinSeedNodes(addresses));
  }

  private Behavior<Command> onChanged() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    MemberStatus self = cluster.selfMember().status();
    boolean up = self.equals(MemberStatus.up()) || self.equals(MemberStatus.weaklyUp());
    List<Member> all =
        up
            ? StreamSupport.stream(state.getMembers().spliterator(), false)
                .sorted((a, b) -> address(a).compareTo(address(b)))
                .toList()
            : List.of();
    Set<Member> unreachable = state.getUnreachable();
    members = all.stream().map(SiteRoot::address).toList();
    SiteView view =
        new SiteView(
            up ? SiteView.State.UP : SiteView.State.JOINING,
            all.stream()
                .map(
                    member ->
                        new SiteView.Member(
                            node(member),
                            address(member),
                            member.status().toString(),
                            !unreachable.contains(member)))
                .toList(),
            0);
    if (!view.equals(shown)) {
      shown = view;
      wiring.onChange().accept(view);
    }
    return this;
  }

  private static String node(Member member) {
    return member.getRoles().stream()
        .filter(role -> role.startsWith(NODE_ROLE))
        .map(role -> role.substring(NODE_ROLE.length()))
        .findFirst()
        .orElse("");
  }

  private static String address(Member member) {
    Address address = member.address();
    return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
  }

  private static HostPort parse(String address) {
    int colon = address.lastIndexOf(':');
    return new HostPort(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }
}
