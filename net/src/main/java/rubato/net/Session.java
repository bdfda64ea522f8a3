package rubato.net;

/**
 * What a finished handshake leaves behind.
 *
 * @param sendSequence the sequence number of the first frame sent
 * @param receiveSequence the sequence number the first frame received must carry
 */
record Session(Purpose purpose, long sendSequence, long receiveSequence) {}
