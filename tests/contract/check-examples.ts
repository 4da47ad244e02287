import { z } from 'zod'
import type { Examples } from './examples/example.ts'

const fromJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** One test for each good example and each counter-example of a schema, and one for its JSON schema. */
export function checkExamples(schema: z.ZodType, { good, bad }: Examples): void {
  test.each(good.map((value) => [JSON.stringify(value).slice(0, 100), value] as const))(
    'takes %s',
    (_, value) => {
      const parsed = schema.parse(fromJson(value))
      expect(schema.parse(fromJson(parsed))).toEqual(parsed)
    },
  )

  test.each(bad)('refuses %s and names the field', (_, value, field) => {
    const { error } = schema.safeParse(fromJson(value))
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(field)
  })

  test('has a JSON schema', () => {
    const described = z.toJSONSchema(schema, { io: 'input' })
    expect(Object.keys(described).length).toBeGreaterThan(1)
    expect(fromJson(described)).toEqual(described)
  })
}
