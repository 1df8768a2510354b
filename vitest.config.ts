import { defineConfig } from "vitest/config";

/** Loading the package anew for each file of these rooms would take longer than most of them. */
const ROOMS = [
  ...["analysis", "blobs", "event", "export", "files", "import", "journal", "recording", "redaction"],
  ...["session", "signing", "snapshot", "state", "store", "text"],
];
/** In them, what changes its process for good (its number, its clock), or looks at what is loaded or how large it is. */
const ALONE = [
  "test/*/faults.test.ts",
  "test/export/memory.test.ts",
  "test/files/lazy-loading.test.ts",
  "test/import/folder-files.test.ts",
  "test/journal/every-byte.test.ts",
];

export default defineConfig({
  test: {
    pool: "forks",
    // Half of what runs waits for a disk or a child process.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "rooms",
          include: [`test/{${ROOMS}}/**/*.test.ts`],
          exclude: ALONE,
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "alone", include: [`test/!(${ROOMS.join("|")})/**/*.test.ts`, ...ALONE] },
      },
    ],
  },
});
