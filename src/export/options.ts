/** What a caller may say about an export. Types only. */

export interface FormatOptions {
  /** OTLP only: messages, arguments, results and the words of errors go along. They may hold secrets; off unless true. */
  readonly includeContent?: boolean | undefined;
  /** OTLP only: `gen_ai.provider.name`. Guessed from the model's name unless given. */
  readonly provider?: string | undefined;
  /** ATIF: the agent's version, and OTLP's `service.version`. */
  readonly agentVersion?: string | undefined;
}
