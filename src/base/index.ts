/**
 * The basics that every other folder may use: brands, results, time, backoff, logging. It knows nothing of
 * networks, protocols, databases or HTTP, and imports nothing of this project.
 */
export { assertNever, invariant } from './assert.ts';
export { type Backoff, type BackoffOptions, exponentialBackoff } from './backoff.ts';
export type { Brand } from './brand.ts';
export { type Clock, type ManualClock, manualClock, systemClock, type Timer } from './clock.ts';
export { describeError } from './describe-error.ts';
export { type Milliseconds, milliseconds, type Seconds, seconds, toMilliseconds } from './duration.ts';
export { isRawNumber, parseExactJson, type RawNumber } from './exact-json.ts';
export { isUuid, newUuid, type Uuid } from './id.ts';
export { listDifference } from './list-difference.ts';
export { createLog, type Log, type LogLevel, logLevels, silentLog } from './log.ts';
export { errorFields, isOperational, OperationalError } from './operational-error.ts';
export { partsOf } from './parts.ts';
export { err, ok, type Result } from './result.ts';
export {
  aBoolean,
  anInteger,
  anything,
  arrayOf,
  aString,
  type Fitting,
  fit,
  type Mismatch,
  objectOf,
  oneOf,
  optional,
  recordOf,
  type Shape,
  variantsOf,
} from './shape.ts';
export { type SparingLog, sparingLog } from './sparing-log.ts';
export { giveWay, oneTurn, shareTurns, takeTurns } from './turns.ts';
export { utcSecond } from './utc-second.ts';
export { type WaitOptions, waitFor } from './wait.ts';
export { type WaitingLine, waitingLine } from './waiting-line.ts';
