/**
 * Multicast DNS (RFC 6762) as far as ICE candidates need it
 * (draft-ietf-mmusic-mdns-ice-candidates): names that stand for addresses, asked for and answered,
 * sans-IO.
 *
 * <p>Knows: names, DNS messages, when to ask again and when to keep silent. Does not know: sockets,
 * interfaces (a link is a number), threads, services, candidates. Talks to: nobody.
 */
package dev.turnstone.ice.mdns;
