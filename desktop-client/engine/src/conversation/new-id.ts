import { v7 } from 'uuid'

/** A UUIDv7 for a session or a message that begins here: later ones sort after earlier ones. */
export const newId = (): string => v7()
