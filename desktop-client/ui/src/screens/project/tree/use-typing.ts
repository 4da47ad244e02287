import { useRef } from 'react'

const typingMs = 700

/** Letters that are typed quickly one after the other count as one word; `end`: another key came, the next letter begins a new one. */
export function useTyping() {
  const typed = useRef({ text: '', at: 0 })
  return {
    add(letter: string): string {
      const now = performance.now()
      const before = now - typed.current.at < typingMs ? typed.current.text : ''
      typed.current = { text: before + letter, at: now }
      return typed.current.text
    },
    end() {
      typed.current = { text: '', at: 0 }
    },
  }
}
