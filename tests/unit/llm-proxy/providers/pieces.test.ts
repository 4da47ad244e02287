import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeySource } from '@codelab/llm-proxy/providers/api-key'
import { bareBase, openaiBase, shownBase } from '@codelab/llm-proxy/providers/base-url'
import { failureOfAnswer } from '@codelab/llm-proxy/providers/failure-of-answer'
import { retryAfterMs } from '@codelab/llm-proxy/providers/retry-after'
import { readArguments } from '@codelab/llm-proxy/providers/tool-arguments'

describe('base URLs', () => {
  test.each([
    ['https://api.openai.com', 'https://api.openai.com/v1'],
    ['https://api.openai.com/', 'https://api.openai.com/v1'],
    ['https://api.openai.com/v1', 'https://api.openai.com/v1'],
    ['https://api.openai.com/v1/', 'https://api.openai.com/v1'],
    ['https://host/openai/api', 'https://host/openai/api'],
  ])('%s of OpenAI is %s', (given, base) => expect(openaiBase(given)).toBe(base))

  test.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com'],
    ['https://api.anthropic.com/v1/', 'https://api.anthropic.com'],
    ['http://127.0.0.1:11434/api', 'http://127.0.0.1:11434'],
  ])('%s of Anthropic or Ollama is %s', (given, base) => expect(bareBase(given)).toBe(base))

  test('one that may be shown has no user, password or query', () => {
    expect(shownBase('https://me:secret@host:8/v1?key=secret')).toBe('https://host:8/v1')
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  test.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': ['3', '4'] }, 3000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j asks for %s ms', (headers, wait) => expect(retryAfterMs(headers, now)).toBe(wait))
})

describe('arguments', () => {
  test.each([
    ['', { arguments: {} }],
    ['  ', { arguments: {} }],
    ['{"a":1}', { arguments: { a: 1 } }],
    ['[1]', { arguments: {}, invalid_arguments: '[1]' }],
    ['null', { arguments: {}, invalid_arguments: 'null' }],
    ['{"a":', { arguments: {}, invalid_arguments: '{"a":' }],
  ])('%j are read as %j', (text, read) => expect(readArguments(text)).toEqual(read))

  test('a key named __proto__ stays a plain key', () => {
    const read = readArguments('{"__proto__": {"polluted": true}}')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.keys(read.arguments)).toEqual(['__proto__'])
  })
})

describe('a refusal of a vendor', () => {
  const failureOf = (status: number, body: unknown) =>
    failureOfAnswer('acme', { status, headers: {}, text: JSON.stringify(body) }, 0)

  test.each([
    [400, 'invalid'],
    [422, 'invalid'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [302, 'refused'],
    [408, 'timeout'],
    [429, 'rate_limited'],
    [500, 'overloaded'],
    [504, 'timeout'],
    [529, 'overloaded'],
  ])('with status %i is %s and names the provider', (status, kind) => {
    const failure = failureOf(status, { error: { message: 'Incorrect API key: sk-abc123def456' } })
    expect(failure.kind).toBe(kind)
    expect(failure.message).toContain('"acme"')
    expect(failure.message).not.toContain('abc123')
  })

  test('tells why, when the request itself is at fault, without keys and addresses', () => {
    const reason = 'messages too long; see https://user:pw@host/x with key sk-proj-abc123def456'
    const { message } = failureOf(400, { error: { message: reason } })
    expect(message).toContain('messages too long')
    expect(message).not.toMatch(/abc123|user:pw/)
  })
})

describe('a key file', () => {
  test('is read again when it has changed, and keeps its last key while it is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'codelab-key-'))
    const apiKeyFile = join(folder, 'key')
    let time = 0
    let unreadable = 0
    const onUnreadable = () => void (unreadable += 1)
    const key = createKeySource({ apiKeyFile }, { now: () => time, onUnreadable })
    await writeFile(apiKeyFile, 'first\n')
    expect(await Promise.all([key(), key()])).toEqual(['first', 'first'])
    await writeFile(apiKeyFile, 'second\n')
    expect(await key()).toBe('first')
    time = 1000
    expect(await key()).toBe('second')
    await rm(folder, { recursive: true })
    time = 2000
    expect(await key()).toBe('second')
    expect(unreadable).toBe(1)
  })
})
