/** Loaded before the program (`NODE_OPTIONS=--require`): its disk gives 1.5 MB a second, so that long work is long anywhere. */
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const BYTES_PER_MS = 1_500;
const { readSync } = fs;
const still = new Int32Array(new SharedArrayBuffer(4));

fs.readSync = (...parameters) => {
  const got = readSync(...parameters);
  Atomics.wait(still, 0, 0, got / BYTES_PER_MS);
  return got;
};
syncBuiltinESMExports();
