/**
 * Claude Code sessions: one record a line. One reply of the model is spread over several records with the same
 * message.id and the same usage, which is counted once. Records of a side chain are a session of their own.
 */
import { callFinished, callStarted, errorRecorded, message, note, resultOf, usage } from "../entries.js";
import {
  amountOf,
  has,
  isMembers,
  jsonOf,
  listOf,
  type Members,
  membersOf,
  textOf,
  without,
  wordsOf,
} from "../foreign-values.js";
import { Opening } from "../opening.js";
import type { Entry, LineFormat, LineReader } from "../types.js";

const FORMAT = "claude-code";
const MAIN = "main";

export const claudeCode: LineFormat = {
  name: FORMAT,
  title: "Claude Code",
  mark: "lines of type user or assistant with uuid and sessionId",
  layout: "lines",
  detect: (records) => records.some(isOurs),
  open: (digest) => new ClaudeCodeReader(digest),
};

function isOurs(record: unknown): boolean {
  const { type } = membersOf(record);
  if (type === "user" || type === "assistant") return has(record, "uuid", "sessionId", "message");
  if (type === "summary") return has(record, "summary", "leafUuid");
  if (type === "file-history-snapshot") return has(record, "messageId", "snapshot");
  return type === "queue-operation" && has(record, "operation", "sessionId");
}

class ClaudeCodeReader implements LineReader {
  readonly #digest: string;
  readonly #chains = new Map<string, Chain>();
  /** The side chain of each of its records, by uuid: older versions do not name it. */
  readonly #chainOf = new Map<string, string>();

  constructor(digest: string) {
    this.#digest = digest;
  }

  *read(value: unknown): Generator<Entry, void> {
    const record = membersOf(value);
    if (record.isSidechain !== true) {
      yield* this.#main().read(record);
      return;
    }
    const name = this.#sideChainOf(record);
    const chain =
      this.#chains.get(`side/${name}`) ?? this.#sideChain(name, textOf(record.sessionId) ?? this.#digest);
    // Whoever started it is there before it.
    yield* this.#chains.get(MAIN)?.opening.open() ?? [];
    yield* chain.read(record);
    yield* this.#link(chain);
  }

  *end(): Generator<Entry, void> {
    yield* this.#chains.get(MAIN)?.opening.open() ?? [];
    for (const chain of this.#chains.values()) {
      yield* chain.opening.open();
      yield* this.#link(chain);
    }
  }

  /** Once a side chain has begun, the main conversation says that it started it. */
  *#link(chain: Chain): Generator<Entry, void> {
    const isMain = chain.session === MAIN;
    if (isMain || chain.isLinked || !chain.opening.isOpen || !this.#chains.has(MAIN)) return;
    chain.isLinked = true;
    yield { kind: "child", session: MAIN, child: chain.sourceId, at: chain.startTime };
  }

  #sideChain(name: string, parent: string): Chain {
    const session = `side/${name}`;
    const chain = new Chain(session, `${parent}/${name}`, parent);
    this.#chains.set(session, chain);
    return chain;
  }

  #main(): Chain {
    const main = this.#chains.get(MAIN) ?? new Chain(MAIN, this.#digest, undefined);
    this.#chains.set(MAIN, main);
    return main;
  }

  #sideChainOf(record: Members): string {
    const uuid = textOf(record.uuid);
    const name =
      textOf(record.agentId) ?? this.#chainOf.get(textOf(record.parentUuid) ?? "") ?? uuid ?? "side";
    if (uuid !== undefined) this.#chainOf.set(uuid, name);
    return name;
  }
}

/** One conversation: the main one, or a side chain. */
class Chain {
  readonly opening: Opening;
  readonly session: string;
  isLinked = false;
  readonly #responses = new Map<string, string | undefined>();
  readonly #parent: string | undefined;
  sourceId: string;
  #isNamed: boolean;
  startTime: string | undefined;
  #model: string | undefined;
  #metadata: Members = {};

  constructor(session: string, sourceId: string, parent: string | undefined) {
    this.session = session;
    this.sourceId = sourceId;
    this.#isNamed = parent !== undefined;
    this.#parent = parent;
    this.opening = new Opening(session, () => ({
      sourceId: this.sourceId,
      startTime: this.startTime,
      role: parent === undefined ? FORMAT : "subagent",
      model: this.#model ?? "unknown",
      parent: this.#parent,
      metadata: this.#metadata,
    }));
  }

  *read(record: Members): Generator<Entry, void> {
    if (!this.opening.isOpen) this.#learn(record);
    const isKnown = this.#model !== undefined && this.startTime !== undefined && this.#isNamed;
    yield* this.opening.pass(this.#entriesOf(record), isKnown);
  }

  #learn(record: Members): void {
    const sessionId = textOf(record.sessionId);
    if (sessionId !== undefined && !this.#isNamed) {
      this.sourceId = sessionId;
      this.#isNamed = true;
    }
    this.startTime ??= textOf(record.timestamp);
    if (record.type === "assistant") this.#model ??= textOf(membersOf(record.message).model);
    if (has(record, "cwd") && !has(this.#metadata, "cwd")) {
      const { cwd, version, gitBranch, userType } = record;
      const { agentId } = record;
      this.#metadata = { cwd, version, gitBranch, userType, ...(agentId === undefined ? {} : { agentId }) };
    }
  }

  *#entriesOf(record: Members): Generator<Entry, void> {
    const { type, timestamp } = record;
    const at = textOf(timestamp);
    const said = record.message;
    if ((type !== "user" && type !== "assistant") || !isMembers(said)) {
      yield note(this.session, FORMAT, type, record, { at });
      return;
    }
    const { role, content } = said;
    const rest = without(said, "role", "content");
    const source = {
      ...without(record, "type", "message", "timestamp"),
      ...(rest === undefined ? {} : { message: rest }),
    };
    yield message(this.session, { role: role ?? type, content }, { at, source });
    if (type === "assistant") yield* this.#usageOf(record, said, at);
    for (const block of listOf(content)) yield* this.#callOf(membersOf(block), at);
    if (record.isApiErrorMessage === true) yield errorRecorded(this.session, wordsOf(content), { at });
  }

  *#callOf(block: Members, at: string | undefined): Generator<Entry, void> {
    const { type, id, name, input, tool_use_id, content, is_error } = block;
    if (type === "tool_use" || type === "server_tool_use") {
      const params = isMembers(input) ? input : { value: input ?? null };
      yield callStarted(this.session, { callId: id, name, params }, { at });
    } else if (typeof type === "string" && type.endsWith("tool_result")) {
      yield callFinished(this.session, tool_use_id, resultOf(content, is_error === true), { at });
    }
  }

  *#usageOf(record: Members, said: Members, at: string | undefined): Generator<Entry, void> {
    if (!isMembers(said.usage)) return;
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = said.usage;
    const responseId = textOf(said.id) ?? textOf(record.requestId);
    const counts = {
      input: input_tokens,
      output: output_tokens,
      cacheRead: cache_read_input_tokens,
      cacheWrite: cache_creation_input_tokens,
      costUsd: amountOf(record.costUSD),
      model: said.model,
      responseId,
    };
    // Each record of a reply repeats its usage; a later one that says more replaces what was said before.
    const told = jsonOf(counts);
    if (responseId !== undefined && this.#responses.get(responseId) === told) return;
    if (responseId !== undefined) this.#responses.set(responseId, told);
    yield usage(this.session, counts, { at });
  }
}
