import type { Side } from '../side.ts'

/** The model itself, without anything between. */
export const direct: Side = {
  name: 'direct',
  about: 'the model stand-in, asked directly',
  start: async ({ model }) => ({
    call: (way) =>
      way === 'openai'
        ? { address: model, path: '/v1/chat/completions', headers: {}, model: 'gpt-4o-mini' }
        : undefined,
    stop: async () => undefined,
  }),
}
