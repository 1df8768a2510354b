/** A copy of the built package with one defect in it, and the torture beside it, which finds the package by its name. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Planted } from "./planted-defects.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a run of the torture says with `--json`. */
export interface Tortured {
  readonly seed: number;
  readonly failure: { readonly part: string; readonly check: string; readonly told: string } | null;
  readonly tally: { readonly [what: string]: number };
}

/** A copy of what is built, within the repository, so that the package's dependencies are found from it. */
export class BuiltCopy {
  readonly #folder: string;
  #planted: { readonly path: string; readonly text: string } | null = null;

  constructor() {
    mkdirSync(join(root, ".build"), { recursive: true });
    this.#folder = mkdtempSync(join(root, ".build", "planted-"));
    for (const part of ["dist", ".build/torture", ".build/support", ".build/programs", "package.json"]) {
      cpSync(join(root, part), join(this.#folder, basename(part)), { recursive: true });
    }
  }

  /** Plants a defect in the place of the one before; without one, the package is as it was built. Returns the torture's program. */
  plant(defect: Planted | null): string {
    if (this.#planted !== null) writeFileSync(this.#planted.path, this.#planted.text);
    this.#planted = null;
    if (defect !== null) {
      const path = join(this.#folder, "dist", defect.file);
      const text = readFileSync(path, "utf8");
      const pieces = text.split(defect.replace);
      if (pieces.length !== 2)
        throw new Error(`${defect.file} holds ${pieces.length - 1} times: ${defect.replace}`);
      writeFileSync(path, pieces.join(defect.by));
      this.#planted = { path, text };
    }
    return join(this.#folder, "torture", "main.js");
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
