package io.ebbmesh.sim.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/** The builders of Pekko let a forgotten message through; the compiler cannot see it. */
final class CommandRules {

  private static final Set<String> WHERE_MESSAGES_ARE_TAKEN =
      Set.of("createReceive", "commandHandler", "onCommand");

  private static final Set<String> TAKE_WHATEVER_IS_LEFT = Set.of("onAnyMessage", "onAnyCommand");

  static final ArchRule EVERY_SEALED_COMMAND_IS_HANDLED =
      classes()
          .that()
          .areAssignableTo(AbstractBehavior.class)
          .or()
          .areAssignableTo(EventSourcedBehavior.class)
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .should(handleEveryCommand())
          .as("an actor has a sealed command and handles every kind of it");

  private CommandRules() {}

  private static ArchCondition<JavaClass> handleEveryCommand() {
    return new ArchCondition<>("handle every permitted subclass of their command") {
      @Override
      public void check(JavaClass actor, ConditionEvents events) {
        Set<Object> handled = handled(actor);
        Class<?> command = command(actor.reflect());
        if (command.isInterface() && !command.isSealed()) {
          events.add(SimpleConditionEvent.violated(actor, command.getName() + " is open: seal it"));
        }
        for (Object kind : kinds(command)) {
          boolean satisfied = handled.stream().anyMatch(covering -> covers(covering, kind));
          events.add(
              new SimpleConditionEvent(
                  actor, satisfied, actor.getName() + " does not handle " + kind));
        }
      }
    };
  }

  private static Class<?> command(Class<?> actor) {
    if (actor.getGenericSuperclass() instanceof ParameterizedType parent
        && parent.getActualTypeArguments()[0] instanceof Class<?> command) {
      return command;
    }
    throw new IllegalArgumentException(
        actor + " must name its command where it extends a behavior");
  }

  /** Class literals, types asked for and enum constants in the code that takes messages. */
  private static Set<Object> handled(JavaClass actor) {
    Set<Object> handled = new LinkedHashSet<>();
    for (JavaCodeUnit code : actor.getCodeUnits()) {
      if (WHERE_MESSAGES_ARE_TAKEN.contains(code.getName())) {
        for (ReferencedClassObject literal : code.getReferencedClassObjects()) {
          handled.add(literal.getValue().reflect());
        }
        for (InstanceofCheck check : code.getInstanceofChecks()) {
          handled.add(check.getRawType().reflect());
        }
        if (code.getMethodCallsFromSelf().stream()
            .anyMatch(call -> TAKE_WHATEVER_IS_LEFT.contains(call.getName()))) {
          handled.add(Object.class);
        }
        for (JavaFieldAccess access : code.getFieldAccesses()) {
          Class<?> owner = access.getTargetOwner().reflect();
          if (owner.isEnum()) {
            Stream.of(owner.getEnumConstants())
                .filter(
                    constant -> ((Enum<?>) constant).name().equals(access.getTarget().getName()))
                .forEach(handled::add);
          }
        }
      }
    }
    return handled;
  }

  private static List<Object> kinds(Class<?> type) {
    List<Object> kinds = new ArrayList<>();
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        kinds.addAll(kinds(permitted));
      }
    } else if (type.isEnum()) {
      kinds.addAll(List.of(type.getEnumConstants()));
    } else {
      kinds.add(type);
    }
    return kinds;
  }

  private static boolean covers(Object handled, Object kind) {
    Class<?> type = kind instanceof Class<?> itself ? itself : ((Enum<?>) kind).getDeclaringClass();
    return handled.equals(kind)
        || (handled instanceof Class<?> wide && wide.isAssignableFrom(type));
  }
}
