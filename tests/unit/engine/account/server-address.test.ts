import { isLoopback, serverAddress, socketAddress } from '@codelab/engine/account/server-address'

describe('server address', () => {
  test.each([
    ['https://codelab.example.com', 'https://codelab.example.com'],
    ['codelab.example.com', 'https://codelab.example.com'],
    ['https://codelab.example.com/', 'https://codelab.example.com'],
    ['https://CodeLab.example.com:8443/team//?x=1#y', 'https://codelab.example.com:8443/team'],
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['http://localhost:8000', 'http://localhost:8000'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
  ])('%s becomes %s', (text, address) => {
    expect(serverAddress(text)).toBe(address)
  })

  test.each([
    ['plain http beyond this machine', 'http://codelab.example.com'],
    ['a name that only looks like this machine', 'http://localhost.example.com'],
    ['another protocol', 'ftp://codelab.example.com'],
    ['a password in the address', 'https://me:secret@codelab.example.com'],
    ['nonsense', 'https://'],
  ])('refuses %s', (_, text) => {
    expect(() => serverAddress(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  test('the socket has the same address with its own protocol', () => {
    expect(socketAddress('https://a.example')).toBe('wss://a.example')
    expect(socketAddress('http://127.0.0.1:1')).toBe('ws://127.0.0.1:1')
    expect(isLoopback('https://127.0.0.1')).toBe(true)
    expect(isLoopback('https://128.0.0.1')).toBe(false)
  })
})
