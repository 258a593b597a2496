/**
 * Games: lists of commands and packets played on a pair of associations, from jqwik and from the
 * fuzzer. Knows: the public face of associations and of the packet codec. Does not know: what is
 * inside. Talks to: both.
 */
package dev.turnstone.sctp.play;
