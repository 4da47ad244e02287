import { z } from 'zod'

/** A code of ISO 4217. */
export const Currency = z
  .string()
  .max(3)
  .regex(/^[A-Z]{3}$/)
