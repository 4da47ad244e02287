import { EngineFailure } from '../../engine-failure.ts'
import { openAddress } from '../../account/open-browser.ts'

const allowed = new Set(['http:', 'https:', 'mailto:'])

/** Opens a link of a conversation outside, by the system's own program for it. Anything but web and mail addresses is refused: a model wrote it. */
export async function openLinkOutside(url: string): Promise<boolean> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !allowed.has(parsed.protocol))
    throw new EngineFailure('invalid_request', 'link_refused', {
      message: 'Only web and mail addresses are opened.',
      field: 'url',
    })
  return await openAddress(parsed)
}
