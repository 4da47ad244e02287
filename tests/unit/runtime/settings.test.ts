import { z } from 'zod'
import {
  databaseUrlSetting,
  listSetting,
  portSetting,
  readSettings,
  redisUrlSetting,
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

test('an address of a store is taken in each of its forms, and nothing else for it', () => {
  for (const url of [
    'postgres://u:p@h:1/d',
    'postgresql://h/d?sslmode=require',
    'postgres:///d?host=/run/pg',
  ])
    expect(databaseUrlSetting.safeParse(url).success).toBe(true)
  for (const url of ['redis://:p@h:1/2', 'rediss://h'])
    expect(redisUrlSetting.safeParse(url).success).toBe(true)
  for (const wrong of ['h:5432', 'd', 'http://h', 'mysql://h/d']) {
    expect(databaseUrlSetting.safeParse(wrong).success).toBe(false)
    expect(redisUrlSetting.safeParse(wrong).success).toBe(false)
  }
})

test('says that an absent variable is required', () => {
  expect(() => readSettings(Schema, { PORT: '1' })).toThrow('URL: is required')
})
