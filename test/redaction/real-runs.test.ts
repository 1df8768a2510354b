import { describe, expect, it } from "vitest";
import { findSecrets } from "../../src/redaction/find-secrets.js";
import { haveTranscript, transcriptTexts } from "../real-input/transcripts.js";
import { samples } from "./samples.js";

describe.runIf(haveTranscript("manifest.json"))("the runs of real agents", () => {
  // Their secrets were taken out before they were published: whatever is found is no secret.
  it("hold nothing that is taken for a secret, and show one that is put into them", () => {
    const jwt = samples().find(({ kind }) => kind === "jwt")?.secret ?? "";
    let length = 0;
    for (const { name, text } of transcriptTexts()) {
      length += text.length;
      const found = findSecrets(text).map(({ kind, start }) => ({ name, kind, start }));
      expect(found).toEqual([]);
      const middle = text.indexOf(" ", text.length / 2);
      expect(findSecrets(`${text.slice(0, middle)} ${jwt}${text.slice(middle)}`)).toHaveLength(1);
    }
    expect(length).toBeGreaterThan(8_000_000);
  });
});
