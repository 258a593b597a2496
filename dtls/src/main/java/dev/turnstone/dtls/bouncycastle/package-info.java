/**
 * The engine behind {@link dev.turnstone.dtls.DtlsEngine}: BouncyCastle's DTLS 1.2.
 *
 * <p>Knows: BouncyCastle, and that its handshake blocks: it runs on a worker thread, fed through a
 * bounded inbox, and the loop takes over when it is done. Does not know: what the application data
 * is, how a record is sealed. Talks to: the event loop, by posting; the workers' executor, once for
 * each handshake; the record layer.
 */
package dev.turnstone.dtls.bouncycastle;
