/** Places of secrets for a person: a line for each, under a line for its session, and what they come to. */
import type { SecretPlace } from "../../analysis/entry.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint } from "../terminal/paint.js";
import { padToWidth, textWidth } from "../terminal/width.js";
import { wrapped } from "../terminal/wrapped.js";
import { cutStart } from "./cut-start.js";
import { countOf, formatClock, formatCount } from "./figures.js";
import { sessionLine } from "./session-line.js";
import { shortId } from "./short-id.js";

const PLACE_WIDTH = 12;
const KIND_WIDTH = 21;
/** Narrower, the place needs the room. */
const WIDTH_FOR_TIMES = 90;
/** Narrower, it needs that of the tag as well. */
const WIDTH_FOR_TAGS = 60;

export class SecretLines {
  readonly #paint: Paint;
  readonly #width: number;
  #session: string | undefined;

  constructor(paint: Paint, width: number) {
    this.#paint = paint;
    this.#width = width;
  }

  *lines(found: SecretPlace): Generator<string> {
    if (found.path !== this.#session) {
      if (this.#session !== undefined) yield "";
      this.#session = found.path;
      yield sessionLine(found.sessionId, found.time, this.#paint, this.#width);
    }
    yield this.#line(found);
  }

  /** `abc123:4  14:30:52  github-token  params.env.TOKEN  ×2  tag`. What changes from place to place stands last. */
  #line({ sessionId, seq, time, kind, tag, field, inName, count }: SecretPlace): string {
    const place = padToWidth(`${safeLine(shortId(sessionId))}:${seq}`, PLACE_WIDTH);
    const clock = this.#width < WIDTH_FOR_TIMES ? "" : `${formatClock(time)}  `;
    const hasTag = this.#width >= WIDTH_FOR_TAGS;
    const shownKind = hasTag ? padToWidth(safeLine(kind), KIND_WIDTH) : safeLine(kind);
    const start = `${place}  ${clock}${hasTag ? `${tag}  ` : ""}`;
    const more = [...(inName ? ["(name)"] : []), ...(count > 1 ? [`×${formatCount(count)}`] : [])];
    const end = more.length === 0 ? "" : ` ${more.join(" ")}`;
    const room = this.#width - textWidth(`${start}${shownKind}  ${end}`);
    const shownField = cutStart(safeLine(field), Math.max(room, 1));
    return [
      this.#paint("dim", start),
      this.#paint("bad", shownKind),
      `  ${shownField}`,
      this.#paint("dim", end),
    ].join("");
  }
}

/** Counts what was found, and how many different secrets that is. */
export class SecretCount {
  places = 0;
  readonly #sessions = new Set<string>();
  /** By kind, the tags. */
  readonly #secrets = new Map<string, Set<string>>();

  add({ path, kind, tag }: SecretPlace): void {
    this.places += 1;
    this.#sessions.add(path);
    const tags = this.#secrets.get(kind) ?? new Set();
    this.#secrets.set(kind, tags.add(tag));
  }

  /** `looked` is how many sessions were looked through. */
  *lines(looked: number, paint: Paint, width: number): Generator<string> {
    if (this.places > 0) yield "";
    for (const sentence of this.#sentences(looked)) yield* wrapped(sentence, "plain", paint, width);
  }

  *#sentences(looked: number): Generator<string> {
    if (this.places === 0) {
      yield `no secrets found in ${countOf(looked, "session")}`;
      return;
    }
    const kinds = [...this.#secrets].map(([kind, tags]) => `${formatCount(tags.size)} ${kind}`);
    const distinct = [...this.#secrets.values()].reduce((sum, { size }) => sum + size, 0);
    yield `${countOf(distinct, "secret")} at ${countOf(this.places, "place")} in ${formatCount(this.#sessions.size)} of ${countOf(looked, "session")}: ${kinds.sort().join(", ")}`;
    yield "equal tags are equal secrets; revoke them first, then prune the sessions";
  }
}
