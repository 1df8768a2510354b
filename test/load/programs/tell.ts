/** The line that a program here ends with: what it found, and the most memory that it ever had. */
export function tell(told: object): void {
  const { maxRSS: maxRssKiB } = process.resourceUsage();
  process.stdout.write(`${JSON.stringify({ ...told, maxRssKiB })}\n`);
}
