import { amountOf } from '@codelab/operator/kube/quantity'

/** Left: as a person writes it; right: what kube-apiserver 1.36 made of it in a pod. */
test.each([
  ['0.7', '700m'],
  ['0.009', '9m'],
  ['1.001', '1.001'],
  ['0.5m', '1m'],
  ['0.0001', '1m'],
  ['1.5', '1500m'],
  ['0.5Gi', '512Mi'],
  ['1.001Gi', '1074815565824m'],
  ['1.7Ki', '1740800m'],
  ['1.001Ti', '1100611139403776m'],
  ['1.1Pi', '1238489897526886400m'],
  ['0.3k', '300'],
  ['1000m', '1'],
])('%s is the same as %s', (given, stored) => {
  expect(amountOf(given)).toBe(amountOf(stored))
  expect(amountOf(given)).toBeGreaterThan(0)
})

test.each(['', 'much', '1 Gi', '-1', '1e3', '1.', '.5', '1Xi', '١', '1constructor'])(
  '%j is no quantity',
  (text) => {
    expect(amountOf(text)).toBeNaN()
  },
)
