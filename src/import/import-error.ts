/** Why nothing could be imported from a source. Damage inside one is no error: the report tells of it. */

export type ImportErrorCode =
  | "UNKNOWN_FORMAT"
  | "AMBIGUOUS_FORMAT"
  | "SOURCE_TOO_LARGE"
  | "SOURCE_UNREADABLE";

export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly code: ImportErrorCode;
  /** Of a source in no known format: what it is instead, in a few words. */
  readonly why: string | undefined;

  constructor(code: ImportErrorCode, message: string, cause?: unknown, why?: string) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.why = why;
  }
}
