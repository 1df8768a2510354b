/** What `@choragen/session-journal/import` exports. A runtime that only records loads none of it. */

export type { LeftOut } from "./folder-files.js";
export { ImportError, type ImportErrorCode } from "./import-error.js";
export { type FolderImport, type FolderImportOptions, importFolder } from "./import-folder.js";
export { importTranscript } from "./import-transcript.js";
export type {
  FormatName,
  ImportedSession,
  ImportOptions,
  ImportReport,
  ImportSource,
  SessionStatus,
  SourceTotals,
  Unreadable,
} from "./types.js";
