import { shuffled } from '../../../load/peers/order.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const things = Array.from({ length: 50 }, (_, index) => index)

test('the same seed gives the same order, another one another', () => {
  expect(shuffled(things, seededRandom(7))).toEqual(shuffled(things, seededRandom(7)))
  expect(shuffled(things, seededRandom(7))).not.toEqual(shuffled(things, seededRandom(8)))
})

test('nothing is lost and nothing comes twice', () => {
  const random = seededRandom(1)
  for (let round = 0; round < 20; round += 1)
    expect(shuffled(things, random).toSorted((a, b) => a - b)).toEqual(things)
})

test('every place is as likely as another', () => {
  const random = seededRandom(3)
  const first = new Map<number, number>()
  for (let round = 0; round < 4_000; round += 1) {
    const [thing] = shuffled([0, 1, 2, 3], random)
    first.set(thing!, (first.get(thing!) ?? 0) + 1)
  }
  for (const count of first.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
