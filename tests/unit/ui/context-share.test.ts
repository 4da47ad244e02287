import { contextShare } from '../../../desktop-client/ui/src/screens/conversation/context-share.ts'

const models = [{ id: 'm', context_window: 1_000 }]
const usage = { input_tokens: 200, output_tokens: 50 }

test('an answer and its question fill a part of the model’s window', () => {
  expect(contextShare({ usage, model: 'm', finish: 'stop' }, models)).toBe(0.25)
})

test('nothing is said where it is not known', () => {
  expect(contextShare({ usage, model: 'other', finish: 'stop' }, models)).toBeUndefined()
  expect(contextShare({ model: 'm', finish: 'stop' }, models)).toBeUndefined()
  // A stopped answer tells of its whole turn.
  expect(contextShare({ usage, model: 'm', finish: 'cancelled' }, models)).toBeUndefined()
})
