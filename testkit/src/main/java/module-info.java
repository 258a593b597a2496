/** A seeded simulated network and clock for sans-IO protocol cores, and a pcap writer. */
module dev.turnstone.testkit {
  exports dev.turnstone.testkit;
  exports dev.turnstone.testkit.internet;
}
