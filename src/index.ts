/** The public names, nothing else. */
export type { BlobFault } from "./blobs/read-blob.js";
export { type ResolveOptions, resolveBlobs } from "./blobs/resolve.js";
export type { BlobSummary } from "./blobs/verify-blobs.js";
export { JournalError, type JournalErrorCode, type JournalErrorDetails } from "./errors.js";
export type {
  BlobRef,
  EventData,
  GovernanceResult,
  JournalRecord,
  Json,
  Message,
  Outcome,
  RecordedError,
  RuntimeEvent,
  Status,
  TokenDetails,
  ToolCallRecord,
  ToolCallStart,
  ToolResult,
} from "./event/types.js";
export type { Cursor } from "./journal/cursor.js";
export { type Followed, type FollowOptions, followJournal } from "./journal/follow.js";
export type { KeptHead, KeptHeadResult } from "./journal/kept-head.js";
export { type ReadOptions, readJournal } from "./journal/read.js";
export type { Problem } from "./journal/record-checks.js";
export { planRepair, type Repair, type RepairOptions, repairJournal } from "./journal/repair.js";
export type { RepairPlan } from "./journal/repair-plan.js";
export {
  readSoundPart,
  type SoundPart,
  type SoundPartEnd,
  type SoundPartOptions,
} from "./journal/sound-part.js";
export type { Verdict } from "./journal/verdict.js";
export { type Verification, type VerifyOptions, verifyJournal } from "./journal/verify.js";
export type { BlobOptions, Durability, Health } from "./recording/types.js";
export type { RedactOptions } from "./redaction/options.js";
export { type LoadOptions, type OpenToolCall, Session, type SessionConfig } from "./session.js";
export type {
  KeyLike,
  PrivateKey,
  PublicKey,
  Seals,
  SeqRange,
  SigningOptions,
} from "./signing/types.js";
export { reduce } from "./state/reduce.js";
export { replay } from "./state/replay.js";
export { initialState } from "./state/state.js";
export type { ReplayState, SessionState, StateToolCall, TokenUsage } from "./state/types.js";
export { type FoundSession, findSessions } from "./store/find.js";
export { type FollowSessionsOptions, followSessions } from "./store/follow-sessions.js";
export { listSessions } from "./store/list.js";
export type { Where } from "./store/place.js";
export { type Pruned, type PruneOptions, type PruneProgress, pruneSessions } from "./store/prune.js";
export type { PrunedSession } from "./store/prune-log.js";
export { type SelectOptions, selectSessions } from "./store/select.js";
export type { SessionOrder } from "./store/session-order.js";
export type { FollowStart, SessionFollowed } from "./store/session-track.js";
export type { ListedState, SessionSummary } from "./store/summary.js";
export {
  type VerifiedSession,
  type VerifyProgress,
  type VerifySessionsOptions,
  verifySessions,
} from "./store/verify-sessions.js";
