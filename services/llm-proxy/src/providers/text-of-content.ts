import type { ChatMessage } from '@codelab/contracts/agent-llm'

type Content = ChatMessage['content']

/** The text of a message's content, whichever form it has. */
export const textOfContent = (content: Content): string => {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** The addresses of the images in a message's content. */
export const imagesOfContent = (content: Content): string[] =>
  typeof content === 'string'
    ? []
    : (content ?? []).flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []))

/** A `data:` address in its two parts; undefined for any other address. */
export const dataAddress = (url: string): { mediaType: string; data: string } | undefined => {
  const match = /^data:([\w/+.-]+);base64,/.exec(url)
  return match?.[1] ? { mediaType: match[1], data: url.slice(match[0].length) } : undefined
}
