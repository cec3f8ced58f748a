package io.ebbmesh.sync.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Real files under one root directory. */
public final class FileStorage implements Storage {

  static final String LOCK_FILE = "lock";
  private static final int ZERO_CHUNK_BYTES = 1 << 20;

  private final Path root;

  private FileStorage(Path root) {
    this.root = root;
  }

  /**
   * Opens the root, creating it if it is not there.
   *
   * @throws IOException with a message for the operator if the directory cannot be written
   */
  public static FileStorage create(Path root) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Path parent = absolute.getParent();
      if (parent != null) {
        syncPath(parent);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          absolute + " is a file, not a directory: choose another directory for the store", e);
    } catch (IOException e) {
      throw new IOException("cannot create the directory " + absolute + ": " + reason(e), e);
    }
    if (!Files.isWritable(absolute)) {
      throw new IOException(
          absolute
              + " is not writable for this user: give it the rights or choose another directory");
    }
    return new FileStorage(absolute);
  }

  /** The directory that holds everything, absolute. */
  public Path root() {
    return root;
  }

  @Override
  public List<String> list(String directory) throws IOException {
    try (Stream<Path> entries = Files.list(resolve(directory))) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(resolve(path));
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    Path path = resolve(directory);
    Files.createDirectories(path);
    // Each parent up to the root holds an entry that may be new.
    for (Path at = path; at != null && !at.equals(root); at = at.getParent()) {
      Path parent = at.getParent();
      if (parent != null) {
        syncPath(parent);
      }
    }
  }

  @Override
  public StorageFile create(String path, long preallocateBytes) throws IOException {
    Path target = resolve(path);
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              target,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot create " + target + ": " + reason(e), e);
    }
    try {
      writeZeros(channel, preallocateBytes);
      channel.force(true);
      return new ChannelFile(target, channel);
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(target);
      throw new IOException(
          "cannot allocate "
              + preallocateBytes
              + " bytes for "
              + target
              + " ("
              + usableBytes()
              + " bytes are free): "
              + reason(e),
          e);
    }
  }

  private static void writeZeros(FileChannel channel, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, ZERO_CHUNK_BYTES));
    long position = 0;
    while (position < bytes) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - position));
      position += channel.write(zeros, position);
    }
  }

  @Override
  public StorageFile open(String path) throws IOException {
    Path target = resolve(path);
    try {
      return new ChannelFile(
          target, FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new IOException("cannot open " + target + ": " + reason(e), e);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    try {
      Files.move(
          resolve(from),
          resolve(to),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(
          root + " spans file systems, so files cannot be renamed atomically: use one file system",
          e);
    }
  }

  @Override
  public void unlink(String path) throws IOException {
    Files.deleteIfExists(resolve(path));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    syncPath(resolve(directory));
  }

  private static void syncPath(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  @Override
  public Closeable lock() throws IOException {
    Path file = root.resolve(LOCK_FILE);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot lock " + file + ": " + reason(e), e);
    }
    if (lock == null) {
      String holder = holder(channel);
      channel.close();
      throw new IOException(
          root + " is in use by " + holder + ": stop it first, or choose another directory");
    }
    byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid), 0);
    // Closing the channel gives the lock back; the file stays, so that nobody locks a removed one.
    return channel;
  }

  private static String holder(FileChannel channel) {
    try {
      ByteBuffer text = ByteBuffer.allocate(20);
      channel.read(text, 0);
      String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
      return pid.isEmpty() ? "another process" : "process " + pid;
    } catch (IOException e) {
      return "another process";
    }
  }

  private Path resolve(String path) {
    Path resolved = root.resolve(path).normalize();
    if (!resolved.startsWith(root)) {
      throw new IllegalArgumentException(path + " leaves the root " + root);
    }
    return resolved;
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** One open file; a positional read may run beside a write. */
  private record ChannelFile(Path path, FileChannel channel) implements StorageFile {

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int read = channel.read(target, position + total);
        if (read < 0) {
          break;
        }
        total += read;
      }
      return total;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      try {
        long at = position;
        while (source.hasRemaining()) {
          at += channel.write(source, at);
        }
      } catch (IOException e) {
        throw new IOException("cannot write to " + path + ": " + reason(e), e);
      }
    }

    @Override
    public void sync() throws IOException {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw new IOException("cannot sync " + path + ": " + reason(e), e);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
