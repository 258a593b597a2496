package dev.turnstone.turn;

import dev.turnstone.stun.IntegrityKey;

/**
 * Who has shown to know a password.
 *
 * @param username as sent
 * @param account that allocations are counted for
 * @param sha256 how the key was made
 * @param key of the messages both ways
 */
record Login(String username, String account, boolean sha256, IntegrityKey key) {}
