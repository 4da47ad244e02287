import type {
  ContentBlockParam,
  ImageBlockParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages'
import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { dataAddress, imagesOfContent, textOfContent } from '../text-of-content.ts'
import { readArguments } from '../tool-arguments.ts'
import type { ToolNames } from '../tool-names.ts'

type Of<Role> = Extract<ChatMessage, { role: Role }>

const mediaTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

/** Ids come from any vendor and any client; this one's alphabet is narrower. */
const callId = (id: string): string => id.replaceAll(/[^a-zA-Z0-9_-]/g, '_')

/** The vendor refuses empty and blank text, so there is no block for it. */
export const textBlocks = (text: string): TextBlockParam[] =>
  text.trim() === '' ? [] : [{ type: 'text', text }]

const imageBlock = (url: string): ImageBlockParam => {
  const inline = dataAddress(url)
  const mediaType = mediaTypes.find((type) => type === inline?.mediaType)
  return inline && mediaType
    ? { type: 'image', source: { type: 'base64', media_type: mediaType, data: inline.data } }
    : { type: 'image', source: { type: 'url', url } }
}

const plainBlocks = (content: ChatMessage['content']): (TextBlockParam | ImageBlockParam)[] => [
  ...imagesOfContent(content).map(imageBlock),
  ...textBlocks(textOfContent(content)),
]

const resultBlock = ({ tool_call_id, content }: Of<'tool'>): ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: callId(tool_call_id),
  content: plainBlocks(content),
})

const assistantBlocks = (message: Of<'assistant'>, names: ToolNames): ContentBlockParam[] => [
  ...plainBlocks(message.content),
  ...(message.tool_calls ?? []).map((call): ContentBlockParam => ({
    type: 'tool_use',
    id: callId(call.id),
    name: names.out(call.function.name),
    input: readArguments(call.function.arguments).arguments,
  })),
]

/** One message as the vendor's role and content blocks; a system message inside the conversation is a note in the user's turn. */
export const blocksFor = (
  message: ChatMessage,
  names: ToolNames,
): { role: 'user' | 'assistant'; blocks: ContentBlockParam[] } => {
  switch (message.role) {
    case 'assistant':
      return { role: 'assistant', blocks: assistantBlocks(message, names) }
    case 'tool':
      return { role: 'user', blocks: [resultBlock(message)] }
    case 'user':
      return { role: 'user', blocks: plainBlocks(message.content) }
    default: {
      const note = textOfContent(message.content)
      return {
        role: 'user',
        blocks: note.trim() === '' ? [] : textBlocks(`<system>${note}</system>`),
      }
    }
  }
}
