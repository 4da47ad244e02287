import { createParser } from 'eventsource-parser'
import { deliverFirst } from './deliver-first.ts'
import type { ProviderPart } from './provider.ts'
import type { Translator } from './flow.ts'
import { VendorFailure } from './vendor-failure.ts'

/** No vendor's event comes near this; a stream that does is not one. */
export const largestEvent = 16 * 1024 * 1024

/** Reads one vendor's events: pushes parts, and knows when the answer has begun and ended. */
export type EventReader = {
  read(data: string, push: (part: ProviderPart) => void): void
  readonly hasStarted: () => boolean
  readonly hasEnded: () => boolean
}

/** A translator of server-sent events; what follows the end mark is ignored. */
export const translateEvents = (
  provider: string,
  reader: EventReader,
): Translator<ProviderPart[]> => {
  let parts: ProviderPart[] = []
  const push = (part: ProviderPart): void => void parts.push(part)
  const decoder = new TextDecoder()
  const parser = createParser({
    maxBufferSize: largestEvent,
    onEvent: ({ data }) => {
      if (!reader.hasEnded()) reader.read(data, push)
    },
    onError: (error) => {
      if (error.type !== 'max-buffer-size-exceeded') return
      throw new VendorFailure('broken', `The model provider "${provider}" sent an endless event`)
    },
  })
  const take = (): ProviderPart[] | undefined => {
    const batch = parts
    parts = []
    return batch.length > 0 ? batch : undefined
  }
  return {
    ...deliverFirst((chunk) => parser.feed(decoder.decode(chunk, { stream: true })), take),
    finish() {
      readTail(() => parser.feed('\n\n'))
      return take()
    },
    hasStarted: reader.hasStarted,
    hasEnded: reader.hasEnded,
  }
}

/** Reads what stands behind the last line break: an end mark counts; of half an event only matters that the answer broke off. */
export const readTail = (read: () => void): void => {
  try {
    read()
  } catch (error) {
    if (!(error instanceof VendorFailure && error.kind === 'broken')) throw error
  }
}

/** A JSON object in a vendor's event; anything else breaks the stream. */
export const jsonOf = <Shape>(provider: string, data: string): Partial<Shape> => {
  try {
    const value: unknown = JSON.parse(data)
    if (value && typeof value === 'object') return value as Partial<Shape>
  } catch {
    // Falls through to the failure.
  }
  throw new VendorFailure(
    'broken',
    `The model provider "${provider}" sent an event that is no JSON`,
  )
}
