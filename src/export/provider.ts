/** Whose model it is, by the names that the GenAI conventions give to providers. A guess from the model's name. */

const PROVIDERS: readonly (readonly [name: string, model: RegExp])[] = [
  ["anthropic", /claude|anthropic/],
  ["openai", /gpt|openai|^o\d|codex|davinci/],
  ["gcp.gemini", /gemini|google/],
  ["mistral_ai", /mistral|mixtral|codestral|devstral/],
  ["deepseek", /deepseek/],
  ["x_ai", /grok/],
  ["moonshot_ai", /kimi|moonshot/],
  ["cohere", /command|cohere/],
  ["perplexity", /sonar|perplexity/],
];

/** "unknown" where the name tells nothing. */
export function providerOf(model: string): string {
  const name = model.toLowerCase();
  return PROVIDERS.find(([, pattern]) => pattern.test(name))?.[0] ?? "unknown";
}
