import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { textOf } from './chat.ts'
import type { Language } from './language.ts'

const most = 100_000
/** No phrase is longer. */
const longestRead = 2000
const counting =
  /^(?:please\s+)?(?:count(?:\s+(?:up\s+)?to)?|repeat|say|посчитай\s+до|сосчитай\s+до|считай\s+до|повтори|выведи)\s+(\d+)(?:\s+(?:tokens?|numbers?|токен\p{L}*|чис\p{L}*))?[.!]?$/iu
const repeating =
  /^(?:please\s+)?(?:repeat|say|повтори|скажи)\s+(.+?)\s+(\d+)\s+(?:times|раза?)[.!]?$/iu
const silence =
  /^(?:please\s+)?(?:say|answer|скажи|ответь)\s+(?:nothing|ничего)[.!]?$|^(?:промолчи|молчи)[.!]?$/iu
const contextual =
  /(?:describe|show|опиши|покажи)\s+(?:me\s+)?(?:your\s+|the\s+|свой\s+)?(?:context|контекст)/iu
const changed =
  /(?:which|what)\s+files?\s+(?:(?:did\s+i|have\s+i|were|has\s+been|have\s+been|was)\s+)(?:chang|modif|edit)|какие\s+файлы\s+(?:я\s+)?(?:измен|помен)/iu
const thanks = /^(?:thanks|thank\s+you|спасибо)/iu

/** Words for a message that asks for no tool; `undefined` when the script has none. An empty text is an answer too. */
export function plainText(
  words: string,
  messages: readonly ChatMessage[],
  language: Language,
): string | undefined {
  if (words.length > longestRead) return undefined
  const number = counting.exec(words)?.[1]
  if (number !== undefined) return countTo(Number(number))
  const again = repeating.exec(words)
  if (again)
    return Array.from({ length: Math.min(Number(again[2]), most) }, () => again[1]).join(' ')
  if (silence.test(words)) return ''
  if (contextual.test(words)) return describeContext(messages, language)
  if (changed.test(words)) return describeChanges(messages, language)
  if (thanks.test(words)) return language === 'ru' ? 'Пожалуйста!' : 'You are welcome!'
  return undefined
}

/** `1 2 3 …`: exactly so many tokens. */
export const countTo = (n: number): string =>
  Array.from({ length: Math.min(n, most) }, (_, index) => index + 1).join(' ')

/** Said when the request does not offer what the person asks for. */
export const notOffered = (names: readonly string[], language: Language): string =>
  language === 'ru'
    ? `Для этого нужен инструмент ${names.join(', ')}, а в этом разговоре его нет.`
    : `That takes the tool ${names.join(', ')}, which this conversation does not offer.`

/** Said before calls when the person wants to hear it. */
export const announcement = (names: readonly string[], language: Language): string =>
  language === 'ru'
    ? `Сначала вызову ${names.join(', ')}.`
    : `First I will call ${names.join(', ')}.`

/** What the demo model says of itself. */
export const introduction = {
  en: [
    'I am codelab-demo, a scripted demo model: I follow fixed phrases and do not understand code.',
    'I can use the tools of your project, for example: “read README.md”, “list the files”, “search for TODO”, “show the diff”, “write hello.txt with content Hello”, “delete old.txt”, “run npm test”.',
    'Connect a real model with OPENAI_API_KEY, ANTHROPIC_API_KEY or a running Ollama.',
  ].join('\n\n'),
  ru: [
    'Я codelab-demo, демонстрационная модель по сценарию: я понимаю готовые фразы, но не код.',
    'Я умею пользоваться инструментами проекта, например: «прочитай README.md», «покажи список файлов», «найди TODO», «покажи изменения», «создай файл hello.txt с содержимым Привет», «удали old.txt», «запусти npm test».',
    'Настоящую модель подключают через OPENAI_API_KEY, ANTHROPIC_API_KEY или работающую Ollama.',
  ].join('\n\n'),
}

function describeContext(messages: readonly ChatMessage[], language: Language): string {
  const roles = ['system', 'user', 'assistant', 'tool']
    .map((role) => `${role} ${messages.filter((message) => message.role === role).length}`)
    .join(', ')
  const oldest = messages.find(({ role }) => role === 'user')
  const start = textOf(oldest?.content).slice(0, 200)
  return language === 'ru'
    ? `Я вижу сообщений: ${messages.length} (${roles}). Самое старое от вас: «${start}»`
    : `I see ${messages.length} message${messages.length === 1 ? '' : 's'} (${roles}). The oldest of yours: “${start}”`
}

function describeChanges(messages: readonly ChatMessage[], language: Language): string {
  const notes = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .flatMap(({ content }) => textOf(content).match(/^File .+ was modified by user$/gm) ?? [])
  if (notes.length === 0) {
    return language === 'ru' ? 'Мне не сообщали об изменениях.' : 'I was told of no changes.'
  }
  return `${language === 'ru' ? 'Мне сообщили:' : 'I was told:'}\n\n${notes.map((note) => `- ${note}`).join('\n')}`
}
