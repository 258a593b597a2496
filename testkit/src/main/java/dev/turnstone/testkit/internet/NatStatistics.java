package dev.turnstone.testkit.internet;

/**
 * What a {@link Nat} has done so far.
 *
 * @param outbound datagrams translated on their way out
 * @param inbound datagrams let in
 * @param hairpinned datagrams from the inside to the inside by an outside address; they count as
 *     outbound and, where they are let in, as inbound too
 * @param filtered datagrams from the outside that found no mapping or no permission
 * @param notHairpinned datagrams dropped because the NAT does not hairpin
 * @param refused datagrams dropped because the table was full
 * @param firewalled datagrams dropped by the firewall
 */
public record NatStatistics(
    long outbound,
    long inbound,
    long hairpinned,
    long filtered,
    long notHairpinned,
    long refused,
    long firewalled) {}
