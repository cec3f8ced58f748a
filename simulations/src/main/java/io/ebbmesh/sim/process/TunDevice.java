package io.ebbmesh.sim.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network interface whose packets this process sends and receives, Linux's TUN
 * (Documentation/networking/tuntap.rst). Read by one thread, written by one thread.
 */
final class TunDevice implements AutoCloseable {

  static final Path CONTROL = Path.of("/dev/net/tun");

  /** {@code TUNSETIFF}, {@code IFF_TUN | IFF_NO_PI}, linux/if_tun.h. */
  private static final long TUNSETIFF = 0x400454caL;

  private static final short IFF_TUN_NO_PI = 0x1001;
  private static final int INTERFACE_REQUEST_BYTES = 40;
  private static final int NAME_BYTES = 16;

  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final short POLLIN = 1;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int MAX_PACKET = 65_536;

  static {
    Native.register(TunDevice.class, "c");
  }

  private final int descriptor;
  private final Memory received = new Memory(MAX_PACKET);
  private final Memory sent = new Memory(MAX_PACKET);
  private final Memory poll = new Memory(8);

  private TunDevice(int descriptor) {
    this.descriptor = descriptor;
    poll.setInt(0, descriptor);
    poll.setShort(4, POLLIN);
  }

  private static native int open(String path, int flags) throws LastErrorException;

  private static native int ioctl(int descriptor, NativeLong request, Pointer argument)
      throws LastErrorException;

  private static native int poll(Pointer descriptors, NativeLong count, int timeoutMillis)
      throws LastErrorException;

  private static native NativeLong read(int descriptor, Pointer into, NativeLong bytes)
      throws LastErrorException;

  private static native NativeLong write(int descriptor, Pointer from, NativeLong bytes)
      throws LastErrorException;

  private static native int close(int descriptor) throws LastErrorException;

  /** Makes the interface in the network of the calling thread. */
  static TunDevice open(String name) throws IOException {
    if (!Files.exists(CONTROL)) {
      throw new IOException(CONTROL + " is not there");
    }
    int descriptor = open(CONTROL.toString(), O_RDWR | O_NONBLOCK);
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    try (Memory request = new Memory(INTERFACE_REQUEST_BYTES)) {
      request.clear();
      request.write(0, bytes, 0, Math.min(bytes.length, NAME_BYTES - 1));
      request.setShort(NAME_BYTES, IFF_TUN_NO_PI);
      ioctl(descriptor, new NativeLong(TUNSETIFF), request);
    } catch (LastErrorException e) {
      close(descriptor);
      throw new IOException("cannot make the interface " + name, e);
    }
    return new TunDevice(descriptor);
  }

  /**
   * The next packet that the kernel sends out of this interface.
   *
   * @return nothing (no bytes) if none came within the time
   */
  byte[] receive(int timeoutMillis) throws IOException {
    try {
      if (poll(poll, new NativeLong(1), timeoutMillis) == 0) {
        return new byte[0];
      }
      int bytes = read(descriptor, received, new NativeLong(MAX_PACKET)).intValue();
      return received.getByteArray(0, bytes);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == EAGAIN || e.getErrorCode() == EINTR) {
        return new byte[0];
      }
      throw new IOException("cannot read packets", e);
    }
  }

  /** Hands a packet to the kernel as if it came in by this interface. */
  void send(byte[] packet) throws IOException {
    try {
      sent.write(0, packet, 0, packet.length);
      write(descriptor, sent, new NativeLong(packet.length));
    } catch (LastErrorException e) {
      if (e.getErrorCode() != EAGAIN) {
        throw new IOException("cannot write packets", e);
      }
    }
  }

  @Override
  public void close() {
    close(descriptor);
  }
}
