package io.ebbmesh.sync.insight.planted;

import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Planted violations: each nested class takes something that must be passed in. */
public final class UsesTheRealWorld {

  private UsesTheRealWorld() {}

  public static final class Clock {
    long now() {
      return System.nanoTime();
    }
  }

  public static final class Chance {
    int draw() {
      return new Random().nextInt();
    }
  }

  public static final class Ids {
    UUID id() {
      return UUID.randomUUID();
    }
  }

  public static final class Sleep {
    void doze() throws InterruptedException {
      Thread.sleep(1);
    }
  }

  public static final class OwnThread {
    Thread thread() {
      return new Thread(() -> {});
    }
  }

  public static final class OwnPool {
    ExecutorService pool() {
      return Executors.newSingleThreadExecutor();
    }
  }

  public static final class Asks {
    CompletionStage<String> ask(ActorRef<ActorRef<String>> actor, ActorSystem<?> system) {
      return AskPattern.ask(actor, replyTo -> replyTo, Duration.ofSeconds(1), system.scheduler());
    }
  }
}
