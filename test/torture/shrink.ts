/** A life that failed, lived again with fewer and fewer steps, as long as the same check does not hold. */
import { type Lived, live, STEPS } from "./lives.js";

/** The shortest life that was found in that time. Every step draws its chance from its own number, so the others stay. */
export async function shrink(
  failed: Lived,
  mostMs: number,
): Promise<{ lived: Lived; steps: readonly number[] }> {
  const deadline = Date.now() + mostMs;
  const { failure, seed } = failed;
  const last = Math.min(STEPS - 1, failure?.step ?? STEPS);
  let steps = Array.from({ length: last + 1 }, (_, i) => i);
  let lived = failed;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length && Date.now() < deadline; ) {
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      const again = await live(seed, new Set(fewer));
      if (again.failure?.violation.check === failure?.violation.check) {
        steps = fewer;
        lived = again;
      } else at += size;
    }
  }
  return { lived, steps };
}
