/**
 * Runs the end-to-end measurements, of Turnstone and of other stacks, and writes what they gave
 * into RESULTS.md, README.md and a chart.
 *
 * <p>Knows: commands that print JSON, medians, Markdown, SVG. Does not know: how anything is
 * measured, protocols. Talks to: other processes and files.
 */
package dev.turnstone.benchmarks.report;
