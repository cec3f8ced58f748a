package io.ebbmesh.node.site;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Looks now and then at seeds outside the site, and tells them which site this node is in. */
final class SiteDoor extends AbstractBehavior<SiteDoor.Command> {

  /** The name under which neighbours find it: part of the protocol. */
  static final String NAME = "door";

  sealed interface Command permits Look, SiteWire.Probe, SiteWire.Island {}

  private record Look() implements Command {}

  private final SiteSettings settings;
  private final Supplier<List<String>> members;
  private final Consumer<List<String>> giveWay;
  private final Islands islands = new Islands();
  private boolean givingWay;

  private SiteDoor(
      ActorContext<Command> context,
      SiteSettings settings,
      Supplier<List<String>> members,
      Consumer<List<String>> giveWay) {
    super(context);
    this.settings = settings;
    this.members = members;
    this.giveWay = giveWay;
  }

  /**
   * @param members {@code host:port} of this node's site, ascending; empty while it is in none
   * @param giveWay takes the members of the site to join instead
   */
  static Behavior<Command> create(
      SiteSettings settings, Supplier<List<String>> members, Consumer<List<String>> giveWay) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Look(), settings.timing().probeInterval());
                  return new SiteDoor(context, settings, members, giveWay);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(SiteWire.Probe.class, this::onProbe)
        .onMessage(SiteWire.Island.class, this::onIsland)
        .build();
  }

  private Behavior<Command> onLook() {
    List<String> mine = members.get();
    if (mine.isEmpty()) {
      return this;
    }
    ActorRefResolver resolver = ActorRefResolver.get(getContext().getSystem());
    for (SiteSettings.HostPort seed : settings.seeds()) {
      if (!mine.contains(seed.toString())) {
        ActorRef<SiteWire.Probe> door =
            resolver.resolveActorRef("pekko://" + settings.name() + "@" + seed + "/user/" + NAME);
        door.tell(new SiteWire.Probe(getContext().getSelf().narrow()));
      }
    }
    return this;
  }

  private Behavior<Command> onProbe(SiteWire.Probe probe) {
    probe.replyTo().tell(new SiteWire.Island(members.get()));
    return this;
  }

  private Behavior<Command> onIsland(SiteWire.Island island) {
    if (!givingWay
        && islands.givesWay(settings.self().toString(), members.get(), island.members())) {
      givingWay = true;
      getContext()
          .getLog()
          .warn("site {} formed beside this one {}: joining it", island.members(), members.get());
      giveWay.accept(island.members());
    }
    return this;
  }
}
