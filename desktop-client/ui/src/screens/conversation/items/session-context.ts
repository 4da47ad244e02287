import { createContext } from 'react'

/** The session whose conversation is drawn. */
export const SessionContext = createContext<string | undefined>(undefined)
