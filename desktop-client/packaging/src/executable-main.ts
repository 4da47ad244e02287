import { getRawAsset } from 'node:sea'
import { Script } from 'node:vm'

/** What begins in the executable: the engine's script, with what V8 had compiled of it when it was packaged. */
const script = new Script(Buffer.from(getRawAsset('engine.cjs')).toString(), {
  filename: process.execPath,
  cachedData: Buffer.from(getRawAsset('engine.compiled')),
})
// It starts all the same, only later.
if (script.cachedDataRejected) process.emitWarning('The compiled engine is of another Node.')
script.runInThisContext()(require, __filename, __dirname)
