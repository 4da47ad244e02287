import { z } from 'zod'
import {
  listSetting,
  portSetting,
  readSettings,
  SettingsError,
  urlSetting,
} from '@codelab/runtime/settings'

const Schema = z.object({
  PORT: portSetting,
  URL: urlSetting,
  LIST: listSetting,
  NAME: z.string().default('x'),
})

test('reads, defaults and freezes', () => {
  const settings = readSettings(Schema, { PORT: '80', URL: 'http://a/', LIST: 'a, b,,', NAME: '' })
  expect(settings).toEqual({ PORT: 80, URL: 'http://a', LIST: ['a', 'b'], NAME: 'x' })
  expect(Object.isFrozen(settings)).toBe(true)
})

test('names every bad variable and repeats no value', () => {
  const read = () => readSettings(Schema, { PORT: '70000', URL: 'secret-value' })
  expect(read).toThrow(SettingsError)
  expect(read).toThrow(/PORT: .*\nURL: must be an http or https address/)
  expect(read).not.toThrow(/secret-value/)
})

test('says that an absent variable is required', () => {
  expect(() => readSettings(Schema, { PORT: '1' })).toThrow('URL: is required')
})
