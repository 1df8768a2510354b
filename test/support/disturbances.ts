/** What somebody can do to a journal, or to the folder around it, while it is recorded: real files, no privilege needed. */
import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Disturbance {
  readonly name: string;
  readonly disturb: (path: string, folder: string) => void;
  /** Why the writer stops; null where it goes on. */
  readonly reason: "foreign-write" | "removed" | "replaced" | null;
  /** Where the bytes that were promised are found afterwards. */
  readonly where: (path: string, folder: string) => string;
}

const inPlace = (path: string): string => path;
const moved = (path: string, folder: string): string => path.replace(folder, `${folder}.moved`);
/** In a folder beside it, so that it outlives the folder too. */
const aside = (path: string, folder: string): string => path.replace(folder, `${folder}.aside`);

export const disturbances: readonly Disturbance[] = [
  {
    name: "echo >>",
    disturb: (path) => appendFileSync(path, "hello\n"),
    reason: "foreign-write",
    where: inPlace,
  },
  {
    name: "a journal that is cut",
    disturb: (path) => truncateSync(path, 10),
    reason: "foreign-write",
    where: aside,
  },
  {
    name: "a journal that is removed",
    disturb: (path) => rmSync(path),
    reason: "removed",
    where: aside,
  },
  {
    name: "a journal that is replaced by a copy",
    disturb: (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
    reason: "replaced",
    where: inPlace,
  },
  {
    name: "a journal that is replaced by a link",
    disturb: (path, folder) => {
      rmSync(path);
      symlinkSync(aside(path, folder), path);
    },
    reason: "replaced",
    where: aside,
  },
  {
    name: "a folder that is moved away",
    disturb: (_, folder) => renameSync(folder, `${folder}.moved`),
    reason: "removed",
    where: moved,
  },
  {
    name: "a folder that is removed",
    disturb: (_, folder) => rmSync(folder, { recursive: true }),
    reason: "removed",
    where: aside,
  },
  {
    name: "a folder that is replaced by a link to another",
    disturb: (_, folder) => {
      renameSync(folder, `${folder}.moved`);
      mkdirSync(`${folder}.other`);
      symlinkSync(`${folder}.other`, folder);
    },
    reason: "removed",
    where: moved,
  },
  {
    name: "a folder that is replaced by a link to itself",
    disturb: (_, folder) => {
      renameSync(folder, `${folder}.moved`);
      symlinkSync(`${folder}.moved`, folder);
    },
    reason: null,
    where: inPlace,
  },
  {
    name: "a snapshot that is a link",
    disturb: (path) => {
      const snapshot = path.replace(/\.ndjson$/, ".json");
      rmSync(snapshot, { force: true });
      symlinkSync(tmpdir(), snapshot);
    },
    reason: null,
    where: inPlace,
  },
  {
    name: "garbage beside the sessions",
    disturb: (_, folder) => writeFileSync(join(folder, ".x.tmp"), "garbage"),
    reason: null,
    where: inPlace,
  },
];

/** Does it, having seen to it that the bytes can be found whatever becomes of the name: the same file, or a copy of it. */
export function disturb({ name, disturb, where }: Disturbance, path: string, folder: string): void {
  if (where === aside) {
    mkdirSync(`${folder}.aside`);
    (name.includes("cut") ? copyFileSync : linkSync)(path, aside(path, folder));
  }
  disturb(path, folder);
}
