/** Takes out of a text what is secret in it: what the detector finds, and then what the caller's own function says. */
import { findSecrets } from "./find-secrets.js";
import { isKind, type Marker } from "./marker.js";
import type { RedactOptions } from "./options.js";

export class TextRedaction {
  readonly #marker: Marker;
  readonly #secrets: boolean;
  readonly #custom: RedactOptions["custom"];
  readonly #mark: (secret: string, kind?: string) => string;
  #hasWarned = false;

  constructor(marker: Marker, { secrets, custom }: Pick<RedactOptions, "secrets" | "custom">) {
    this.#marker = marker;
    this.#secrets = secrets === true;
    this.#custom = custom;
    this.#mark = (secret, kind) => marker.mark(isKind(kind) ? kind : "custom", String(secret));
  }

  /** The same text where nothing in it is secret. */
  redact(text: string): string {
    const rest = this.#secrets ? withoutSecrets(text, this.#marker) : text;
    return this.#custom === undefined ? rest : this.#redactByCaller(rest, this.#custom);
  }

  #redactByCaller(text: string, custom: NonNullable<RedactOptions["custom"]>): string {
    try {
      const redacted: unknown = custom(text, this.#mark);
      // A name must not become empty, nor a secret vanish without a trace.
      if (redacted === "" && text !== "") return this.#marker.mark("custom", text);
      if (typeof redacted === "string") return redacted;
      this.#warn(`returned ${redacted === null ? "null" : `a value of type ${typeof redacted}`}, not a text`);
    } catch (error) {
      // Not its message: that may quote the text.
      this.#warn(`threw ${error instanceof Error ? `an ${error.constructor.name}` : "what is no error"}`);
    }
    return this.#marker.mark("custom-failed", text);
  }

  #warn(what: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    process.emitWarning(
      `redact.custom ${what}. Texts for which it fails are recorded as [REDACTED:custom-failed:…] as a whole.`,
      "RedactionWarning",
    );
  }
}

export function withoutSecrets(text: string, marker: Marker): string {
  const found = findSecrets(text);
  if (found.length === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const { kind, start, end } of found) {
    parts.push(text.slice(from, start), marker.mark(kind, text.slice(start, end)));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}
