package io.ebbmesh.sim.check;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Heap of a child process.
 *
 * @param peakBytes sum of the peaks of its pools: never less than what was in use at once
 * @param liveBytes in use after a full collection
 */
record ChildHeap(long peakBytes, long liveBytes) {

  // The address comes from a child that this process started itself.
  @SuppressWarnings("BanJNDI")
  static ChildHeap of(long pid) throws IOException {
    String address;
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      address = machine.startLocalManagementAgent();
      machine.detach();
    } catch (AttachNotSupportedException e) {
      throw new IOException("cannot look into process " + pid, e);
    }
    try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      long peak = 0;
      for (MemoryPoolMXBean pool :
          ManagementFactory.getPlatformMXBeans(server, MemoryPoolMXBean.class)) {
        if (pool.getType() == MemoryType.HEAP) {
          peak += pool.getPeakUsage().getUsed();
        }
      }
      MemoryMXBean memory = ManagementFactory.getPlatformMXBean(server, MemoryMXBean.class);
      memory.gc();
      return new ChildHeap(peak, memory.getHeapMemoryUsage().getUsed());
    }
  }
}
