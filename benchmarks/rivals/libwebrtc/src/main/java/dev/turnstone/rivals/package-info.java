/**
 * libwebrtc, measured by the code that measures Turnstone.
 *
 * <p>Knows: libwebrtc's Java face. Does not know: how anything is measured. Talks to: {@code
 * cli.bench} and libwebrtc.
 */
package dev.turnstone.rivals;
