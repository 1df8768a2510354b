/**
 * The sub-path `@choragen/session-journal/analysis`: reading finished or running sessions to search them, count them and
 * compare them. Names only; it changes nothing on disk, and a runtime that only records loads none of it.
 */

export { type DifferenceInFull, readDifferences, type StepContent } from "./diff/contents.js";
export { type DiffSide, diffSessions, type SessionDiff } from "./diff/diff-sessions.js";
export type { Difference } from "./diff/differences.js";
export type { FirstDifference } from "./diff/first-difference.js";
export type { DiffStep } from "./diff/steps.js";
export type { JournalsOptions } from "./each-journal.js";
export { type JournalFile, type ListJournalsOptions, listJournals } from "./journals.js";
export type { Match } from "./search/match.js";
export type { SearchPattern } from "./search/pattern.js";
export { type SearchOptions, searchSessions } from "./search/search-sessions.js";
export { type SecretPlace, type SecretScanOptions, scanSecrets } from "./secrets/scan-secrets.js";
export type { SecretInRecord } from "./secrets/secrets-in-record.js";
export type { ReadingOptions } from "./sound-records.js";
export type { CallFigures } from "./stats/call-count.js";
export type { DurationFigures } from "./stats/durations.js";
export type { ModelFigures } from "./stats/model-count.js";
export { type SessionStats, type SessionStatsOptions, sessionStats } from "./stats/session-stats.js";
export { StatsCount, type StatsFigures, type ToolFigures, type TypeFigures } from "./stats/stats-count.js";
