import type { ServerResponse } from 'node:http'

/** Tells a caller that waits for the first part, which may take minutes, that somebody is there: an interim answer (102) now and then. */
export const withSignsOfLife = async <Result>(
  response: ServerResponse,
  everyMs: number,
  work: Promise<Result>,
): Promise<Result> => {
  const timer = setInterval(() => {
    if (!response.headersSent) response.writeProcessing()
  }, everyMs)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
