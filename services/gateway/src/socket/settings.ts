import type { Config } from '../config.ts'
import type { SocketSettings } from './parts.ts'

/** The part of the gateway's settings that sockets know. */
export const socketSettings = (config: Config): SocketSettings => ({
  sessionTtlSeconds: config.SESSION_TTL_S,
  framesPerMinute: config.FRAMES_PER_MINUTE,
  messagesPerMinute: config.SESSION_MESSAGES_PER_MINUTE,
  tokenGraceMs: config.TOKEN_GRACE_S * 1000,
  slowReaderMs: config.SLOW_READER_S * 1000,
  heartbeatMs: config.HEARTBEAT_MS,
  heartbeatGraceMs: config.HEARTBEAT_GRACE_MS,
  streamSilenceMs: config.STREAM_SILENCE_MS,
})
