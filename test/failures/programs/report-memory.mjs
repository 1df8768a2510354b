/**
 * Loaded before a program (`node --import`), it says at the end, on standard error, the most memory that the process ever had.
 * By itself it is the program that does nothing.
 */
process.on("exit", () => {
  process.stderr.write(`\nmost memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
});
