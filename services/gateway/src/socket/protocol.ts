/** The subprotocol that the gateway answers, and the prefix under which a browser hides its token among the offered ones. */
export const socketProtocol = 'codelab.v1'
export const bearerProtocolPrefix = 'bearer.'

/** Closing a socket for a reason that another attempt may not meet (RFC 6455 registry): a service behind is away. */
export const tryAgainLater = 1013

/** Limit on what one agent event may hold; frames themselves are far below. */
export const maxEventBytes = 16 * 1024 * 1024
