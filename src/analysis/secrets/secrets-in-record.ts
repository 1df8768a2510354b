/** Where in a record there is something that says it is a secret: places, kinds and tags, never the secret itself. */
import type { JournalRecord } from "../../event/types.js";
import { findSecrets } from "../../redaction/find-secrets.js";
import type { Marker } from "../../redaction/marker.js";
import { withoutSecrets } from "../../redaction/text-redaction.js";
import { placeText, type TextPlace, visitTextsWithin } from "../search/searched-texts.js";

export interface SecretInRecord {
  /** Where in the record's `data`: `message.content[0].text`. A name that is a secret itself stands there redacted. */
  field: string;
  /** Whether the secret is in the name of that member, and not in its value. */
  inName: boolean;
  /** As in the marker of a redacted one: "github-token", "private-key". */
  kind: string;
  /** Equal secrets have equal tags, within one scan or under one `hashKey`. */
  tag: string;
  /** How often it stands in that text. */
  count: number;
}

/** All of `data` is looked at, also what redaction leaves alone because the format needs it. */
export function secretsIn({ data }: JournalRecord, marker: Marker): SecretInRecord[] {
  const found: SecretInRecord[] = [];
  visitTextsWithin(data, (text, place, isName) => {
    const secrets = findSecrets(text);
    if (secrets.length > 0) found.push(...gather(text, secrets, place, isName, marker));
    return false;
  });
  return found;
}

function gather(
  text: string,
  secrets: ReturnType<typeof findSecrets>,
  place: TextPlace,
  inName: boolean,
  marker: Marker,
): Iterable<SecretInRecord> {
  const field = withoutSecrets(placeText(place), marker);
  const byTag = new Map<string, SecretInRecord>();
  for (const { kind, start, end } of secrets) {
    const tag = marker.tag(text.slice(start, end));
    const same = byTag.get(kind + tag);
    if (same === undefined) byTag.set(kind + tag, { field, inName, kind, tag, count: 1 });
    else same.count += 1;
  }
  return byTag.values();
}
