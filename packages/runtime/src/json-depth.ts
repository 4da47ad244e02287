/** Levels of lists and objects that we read; nobody's data is deeper. */
export const maxJsonDepth = 100

/** True for a value nested deeper than `room`: whoever recurses over it later (schemas, JSON.stringify, PostgreSQL) would overflow. */
export const isTooDeep = (value: unknown, room: number = maxJsonDepth): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (room === 0 || Object.values(value).some((inner) => isTooDeep(inner, room - 1)))
