package dev.turnstone.testkit;

import java.time.Duration;

/**
 * What a {@link SimulatedLink} has done so far. At any time {@code sent + duplicated} is the sum of
 * {@code delivered}, {@code lost}, {@code queueDropped}, {@code tooLarge} and {@code underWay}.
 *
 * @param sent packets put on the link, after any {@link PacketFilter}
 * @param sentBytes their bytes
 * @param delivered packets handed to the receiver, second copies included
 * @param deliveredBytes their bytes
 * @param lost packets lost at random, alone or in bursts
 * @param queueDropped packets that found the queue full
 * @param tooLarge packets above the MTU
 * @param duplicated second copies made
 * @param reordered packets delivered after one that had been sent later; second copies do not count
 * @param underWay packets waiting or travelling
 * @param maxQueueingDelay the longest that a packet waited before it began to leave
 * @param meanQueueingDelay the mean of those waits, over all packets that left the queue
 */
public record LinkStatistics(
    long sent,
    long sentBytes,
    long delivered,
    long deliveredBytes,
    long lost,
    long queueDropped,
    long tooLarge,
    long duplicated,
    long reordered,
    long underWay,
    Duration maxQueueingDelay,
    Duration meanQueueingDelay) {}
