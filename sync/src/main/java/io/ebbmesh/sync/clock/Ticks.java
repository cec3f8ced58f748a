package io.ebbmesh.sync.clock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the operating system says about time; a twin says anything. */
public interface Ticks {

  /** The monotonic clock, nanoseconds. */
  long monotonicNanos();

  /** The real-time clock, milliseconds since 1970; may be wrong by decades. */
  long wallMillis();

  /** What the kernel calls this boot; null where it does not say. */
  @Nullable UUID kernelBootId();

  /** Nanoseconds since the boot as the kernel counts them; -1 where it does not say. */
  long uptimeNanos();

  /** The machine that this process runs on. */
  static Ticks ofSystem() {
    return new Ticks() {
      @Override
      public long monotonicNanos() {
        return System.nanoTime();
      }

      @Override
      public long wallMillis() {
        return System.currentTimeMillis();
      }

      @Override
      public @Nullable UUID kernelBootId() {
        try {
          return UUID.fromString(text("/proc/sys/kernel/random/boot_id"));
        } catch (IOException | IllegalArgumentException e) {
          return null;
        }
      }

      @Override
      public long uptimeNanos() {
        try {
          String uptime = text("/proc/uptime");
          return (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1e9);
        } catch (IOException | RuntimeException e) {
          return -1;
        }
      }

      private static String text(String file) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.US_ASCII).strip();
      }
    };
  }
}
