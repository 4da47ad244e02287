import { storeAddressOf } from '@codelab/operator/cluster/store-address'

test.each([
  ['postgres://user:p%40ss@db.example.com/app', { host: 'db.example.com', port: 5432 }],
  ['postgresql://u@db:6000/app?sslmode=require', { host: 'db', port: 6000 }],
  ['postgresql://u:p@[fd00::7]:5433/app', { host: 'fd00::7', port: 5433 }],
  ['redis://default:secret@10.0.0.7', { host: '10.0.0.7', port: 6379 }],
  ['rediss://cache.example.com:6380/1\n', { host: 'cache.example.com', port: 6380 }],
])('the address in %j is its host and port alone', (text, address) => {
  expect(storeAddressOf(text)).toEqual(address)
})

test.each([
  '',
  'a password',
  'https://db.example.com',
  'postgres:///app',
  'postgres://',
  'sk-123:x',
])('%j is the address of no store', (text) => {
  expect(storeAddressOf(text)).toBeUndefined()
})
