/**
 * The {@code turnstone} command: options, help, exit codes.
 *
 * <p>Knows: picocli, where output and logs go. Does not know: how peers connect, HTTP. Talks to:
 * {@code cli.stdio}, {@code cli.demo}, {@code cli.bench}, {@code cli.nat}, {@code cli.link}.
 */
package dev.turnstone.cli;
