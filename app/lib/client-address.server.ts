/**
 * Set by our own server from the connection, over whatever the client sent: a rate limit that
 * trusts a client's header is evaded by changing it.
 */
export const CLIENT_ADDRESS_HEADER = 'x-choonsim-client-address';
