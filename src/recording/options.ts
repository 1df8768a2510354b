/** How a session is to be recorded: what a caller may say, and what holds where nothing is said. */
import type { JournalError } from "../errors.js";
import { openRedaction, type RedactOptions } from "../redaction/options.js";
import { Signer } from "../signing/signer.js";
import type { SigningOptions } from "../signing/types.js";
import type { Where } from "../store/place.js";
import type { Durability, RecorderOptions } from "./types.js";

export interface RecordingOptions extends Where {
  /** What survives the death of the machine; "boundary" unless said otherwise. */
  durability?: Durability | undefined;
  /** Whether the snapshot follows tool calls; true unless said otherwise. */
  autosave?: boolean | undefined;
  /** Told of every failure to record, also where no caller is there to catch it. */
  onFailure?: ((error: JournalError) => void) | undefined;
  /** What is replaced by a marker before anything is written; nothing unless said otherwise. State and snapshot show the markers. */
  redact?: RedactOptions | undefined;
  /** Has the journal sealed with this key, at its end and now and then before; unless given, nothing is signed. */
  signing?: SigningOptions | undefined;
}

const DURABILITIES: readonly Durability[] = ["process", "boundary", "always"];

/** Throws a TypeError for what is none of them. */
export function recorderOptions(options: RecordingOptions): RecorderOptions {
  const { durability = "boundary", autosave = true, onFailure, redact, signing } = options;
  if (!DURABILITIES.includes(durability)) {
    throw new TypeError(`durability must be "process", "boundary" or "always", not ${String(durability)}`);
  }
  const signer = signing === undefined ? null : new Signer(signing);
  return { durability, autosave, onFailure, redact: openRedaction(redact), signer };
}
