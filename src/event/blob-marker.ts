/**
 * What stands in a record in the place of a value that lies in a blob: a text, as the value was, that says so and shows how
 * it begins. It is for people; where values are is told by the record's `blobs` alone. Pure.
 */

const PREVIEW_LENGTH = 200;
/** Of bytes in base64 nobody reads more. */
const BASE64_PREVIEW_LENGTH = 24;
const BASE64 = /^[A-Za-z0-9+/]{24,}={0,2}$/;
const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)[;,]/;

/** How base64 of a file begins. */
const MEDIA: readonly (readonly [beginning: string, type: string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["JVBERi0", "application/pdf"],
];

/** `[blob 3f2a9c1e5b7d, 1,258,291 bytes, image/png] iVBORw0KGgo…`. The digits begin the blob's name. */
export function blobMarker(text: string, sha256: string, bytes: number): string {
  const beginning = text.slice(0, PREVIEW_LENGTH);
  const media = mediaOf(beginning);
  const isBase64 = media !== "" || BASE64.test(beginning);
  const preview = beginning.slice(0, isBase64 ? BASE64_PREVIEW_LENGTH : PREVIEW_LENGTH);
  const size = String(bytes).replace(/\B(?=(?:\d{3})+$)/g, ",");
  const about = [sha256.slice(0, 12), `${size} bytes`, ...(media === "" ? [] : [media])].join(", ");
  // Never between the halves of a character.
  return `[blob ${about}] ${preview.replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The media type that the text is of, as far as its beginning tells; "" where it tells none. */
function mediaOf(beginning: string): string {
  const named = DATA_URL.exec(beginning);
  if (named !== null) return String(named[1]);
  if (!BASE64.test(beginning)) return "";
  const found = MEDIA.find(([start]) => beginning.startsWith(start));
  if (found !== undefined) return found[1];
  // RIFF, four bytes of length, WEBP: the last three of those fill four characters.
  return beginning.startsWith("UklGR") && beginning.slice(12, 16) === "RUJQ" ? "image/webp" : "";
}
