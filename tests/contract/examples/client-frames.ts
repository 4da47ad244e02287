import type { ClientFrameType } from '@codelab/contracts/frames'
import { changed, type Examples, without } from './example.ts'

const message = { type: 'user_message', content: 'Hello' }
const result = { type: 'tool_result', call_id: 'c1', result: 'text' }
const decision = { type: 'hitl_decision', call_id: 'c1', decision: 'approve' }
const edit = { ...decision, decision: 'edit', modified_arguments: { path: 'b' } }
const change = { type: 'file_changed', path: 'src/a.ts', timestamp: '2026-01-02T03:04:05Z' }

/** Frames as a client sends them. */
export const clientExamples: Record<ClientFrameType, Examples> = {
  user_message: {
    good: [
      message,
      { ...message, id: 'mine:1', role: 'user', model: 'ollama/llama2', replaces: 'm-0' },
      { ...message, content: 'x'.repeat(100_000) },
      { ...message, content: '\u0000 Привет 世界 😀' },
    ],
    bad: [
      ['no content', without(message, 'content'), 'content'],
      ['empty content', changed(message, { content: '' }), 'content'],
      ['content too long', changed(message, { content: 'x'.repeat(100_001) }), 'content'],
      ['content of another type', changed(message, { content: ['Hello'] }), 'content'],
      ['null content', changed(message, { content: null }), 'content'],
      ['another role', changed(message, { role: 'system' }), 'role'],
      ['an id with a space', changed(message, { id: 'a b' }), 'id'],
      ['an empty id', changed(message, { id: '' }), 'id'],
      ['an id too long', changed(message, { id: 'x'.repeat(129) }), 'id'],
      ['a null id', changed(message, { id: null }), 'id'],
      ['an empty model', changed(message, { model: '' }), 'model'],
      ['replaces with a slash', changed(message, { replaces: 'a/b' }), 'replaces'],
    ],
  },
  tool_claim: {
    good: [{ type: 'tool_claim', call_id: 'c1' }],
    bad: [
      ['no call', { type: 'tool_claim' }, 'call_id'],
      ['a number as call', { type: 'tool_claim', call_id: 1 }, 'call_id'],
    ],
  },
  tool_result: {
    good: [
      result,
      ...['', null, 0, false, [], {}, { deep: [{ a: null }] }].map((value) => ({
        ...result,
        result: value,
      })),
      { type: 'tool_result', call_id: 'c1', error: 'it broke' },
      { type: 'tool_result', call_id: 'c1', error: { code: 'file_not_found', message: 'no a.ts' } },
    ],
    bad: [
      ['no call', without(result, 'call_id'), 'call_id'],
      ['neither result nor error', without(result, 'result'), 'result'],
      ['both result and error', changed(result, { error: 'it broke' }), 'result'],
      [
        'an error without message',
        { ...(without(result, 'result') as object), error: { code: 'x' } },
        'error',
      ],
      [
        'an error that is a number',
        { ...(without(result, 'result') as object), error: 5 },
        'error',
      ],
    ],
  },
  hitl_decision: {
    good: [
      decision,
      { ...decision, remember: 'session' },
      { ...decision, decision: 'reject' },
      { ...decision, decision: 'reject', feedback: 'Not this one.' },
      edit,
      { ...edit, modified_arguments: {} },
    ],
    bad: [
      ['no call', without(decision, 'call_id'), 'call_id'],
      ['no decision', without(decision, 'decision'), 'decision'],
      ['an unknown decision', changed(decision, { decision: 'maybe' }), 'decision'],
      ['an edit without arguments', without(edit, 'modified_arguments'), 'modified_arguments'],
      [
        'arguments that are a list',
        changed(edit, { modified_arguments: [] }),
        'modified_arguments',
      ],
      ['feedback too long', changed(decision, { feedback: 'x'.repeat(10_001) }), 'feedback'],
      ['an unknown scope to remember', changed(decision, { remember: 'always' }), 'remember'],
    ],
  },
  file_changed: {
    good: [
      change,
      { ...change, timestamp: '2026-01-02T03:04:05', change: 'created' },
      { ...change, timestamp: '2026-01-02T03:04:05.678+05:30', change: 'modified' },
      { ...change, change: 'deleted' },
      { ...change, path: 'a:b/..c' },
    ],
    bad: [
      ['no path', without(change, 'path'), 'path'],
      ['an empty path', changed(change, { path: '' }), 'path'],
      ['an absolute path', changed(change, { path: '/etc/passwd' }), 'path'],
      ['a path on a drive', changed(change, { path: 'C:\\\\a.ts' }), 'path'],
      ['a path that climbs out', changed(change, { path: 'src/../../a.ts' }), 'path'],
      ['a path too long', changed(change, { path: 'x'.repeat(4_097) }), 'path'],
      ['no time', without(change, 'timestamp'), 'timestamp'],
      ['a time in seconds', changed(change, { timestamp: 1_767_323_045 }), 'timestamp'],
      ['a date only', changed(change, { timestamp: '2026-01-02' }), 'timestamp'],
      ['an unknown change', changed(change, { change: 'renamed' }), 'change'],
    ],
  },
  authenticate: {
    good: [{ type: 'authenticate', token: 'a.b.c' }],
    bad: [
      ['no token', { type: 'authenticate' }, 'token'],
      ['an empty token', { type: 'authenticate', token: '' }, 'token'],
      ['a token too long', { type: 'authenticate', token: 'x'.repeat(16_385) }, 'token'],
    ],
  },
  cancel: { good: [{ type: 'cancel' }], bad: [['another type', { type: 'Cancel' }, 'type']] },
  ack: {
    good: [
      { type: 'ack', seq: 0 },
      { type: 'ack', seq: 9_007_199_254_740_991 },
    ],
    bad: [
      ['no seq', { type: 'ack' }, 'seq'],
      ['a negative seq', { type: 'ack', seq: -1 }, 'seq'],
      ['a fraction', { type: 'ack', seq: 1.5 }, 'seq'],
      ['a number in quotes', { type: 'ack', seq: '1' }, 'seq'],
      ['a number beyond exact integers', { type: 'ack', seq: 2 ** 53 }, 'seq'],
    ],
  },
}
