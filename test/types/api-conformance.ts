/**
 * Holds the package to its public contract (api.d.ts). It compiles or it does not; nothing here runs. Types that
 * only carry data must be the contract's exactly. What a caller hands in must accept all that the contract's
 * accepts, and what the package hands out must do for the contract's. api.test.ts compiles this against the
 * sources, test/package/consumers.test.ts against the package as it is shipped.
 */
import type * as ours from "@choragen/session-journal";
import type * as state from "@choragen/session-journal/state";
import type * as contract from "./api.js";

// biome-ignore-start lint/suspicious/noExplicitAny: `any` is what these look for
/** `Given` does wherever `Wanted` is asked for. `any` would do everywhere, so it does nowhere. */
type Fits<Wanted, Given extends Unless<Equal<Given, any>, Wanted>> = [Wanted, Given];

/** Both directions, and no difference that assignment overlooks: `readonly`, `any`, optional or not. */
type Same<Contract, Ours extends Exactly<Contract, Ours>> = [Contract, Ours];
type Exactly<Contract, Ours> =
  Equal<Contract, Ours> extends true
    ? unknown
    : [Ours] extends [Contract]
      ? { notTheSameAs: Contract }
      : Contract;
/** What a caller is given may have more members than the contract says. */
type Gives<Contract, Ours extends Contract> = [Contract, Ours];
type Unless<Condition, T> = Condition extends true ? never : T;
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
// biome-ignore-end lint/suspicious/noExplicitAny: from here on there is none

/** The members that the contract knows of; ours may have more (private ones among them). */
type Shared<Ours, Contract> = { [K in keyof Ours as K extends keyof Contract ? K : never]: Ours[K] };
type Plain<T> = { [K in keyof T]: T[K] };

type Role = "impl" | "review";
interface OwnMessage {
  role: "user" | "assistant";
  content: string;
  tokens: number;
}

// Data

export type Data = [
  Same<contract.Json, ours.Json>,
  Same<contract.Outcome, ours.Outcome>,
  Same<contract.Status, ours.Status>,
  Same<contract.Durability, ours.Durability>,
  Same<contract.Message, ours.Message>,
  Same<contract.ToolResult, ours.ToolResult>,
  Same<contract.GovernanceResult, ours.GovernanceResult>,
  Same<contract.ToolCallRecord, ours.ToolCallRecord>,
  Same<contract.ToolCallStart, ours.ToolCallStart>,
  Same<contract.TokenUsage, ours.TokenUsage>,
  Same<contract.TokenDetails, ours.TokenDetails>,
  Same<contract.RecordedError, ours.RecordedError>,
  Same<contract.StateToolCall, ours.StateToolCall>,
  Same<contract.SessionState, ours.SessionState>,
  Same<contract.SessionState<Role, OwnMessage>, ours.SessionState<Role, OwnMessage>>,
  Same<contract.EventData, ours.EventData>,
  Same<contract.EventData<OwnMessage>, ours.EventData<OwnMessage>>,
  Same<contract.RuntimeEvent, ours.RuntimeEvent>,
  Same<contract.RuntimeEvent<OwnMessage>, ours.RuntimeEvent<OwnMessage>>,
  Same<contract.JournalRecord, ours.JournalRecord>,
  Same<contract.Cursor, ours.Cursor>,
  Same<contract.Verdict, ours.Verdict>,
  Gives<contract.Verification, ours.Verification>,
  Gives<contract.ReplayState, ours.ReplayState>,
  Same<contract.ReplayState, Omit<ours.ReplayState, "blobs">>,
  Gives<contract.SessionSummary, ours.SessionSummary>,
];

// What a caller hands in: ours may take more. `onFailure` takes an error of ours, which can do what the contract's can.

export type Options = [
  Fits<ours.SessionConfig, contract.SessionConfig>,
  Fits<ours.SessionConfig<Role>, contract.SessionConfig<Role>>,
  Fits<ours.LoadOptions, contract.LoadOptions>,
  Same<
    Omit<contract.SessionConfig, "onFailure">,
    Shared<ours.SessionConfig, Omit<contract.SessionConfig, "onFailure">>
  >,
  Same<
    Omit<contract.LoadOptions, "onFailure">,
    Shared<ours.LoadOptions, Omit<contract.LoadOptions, "onFailure">>
  >,
  Fits<Parameters<typeof ours.readJournal>, Parameters<typeof contract.readJournal>>,
  Fits<Parameters<typeof ours.followJournal>, Parameters<typeof contract.followJournal>>,
  Fits<Parameters<typeof ours.verifyJournal>, Parameters<typeof contract.verifyJournal>>,
  Fits<Parameters<typeof ours.repairJournal>, Parameters<typeof contract.repairJournal>>,
  Fits<Parameters<typeof ours.listSessions>, Parameters<typeof contract.listSessions>>,
  Fits<Parameters<typeof ours.pruneSessions>, Parameters<typeof contract.pruneSessions>>,
];

// What the package hands out

export type Objects = [
  Fits<contract.Health, ours.Health>,
  Same<Omit<contract.Health, "failure">, Omit<ours.Health, "failure" | "blobs">>,
  Same<contract.OpenToolCall, ours.OpenToolCall>,
  Fits<contract.Session, ours.Session>,
  Fits<contract.Session<Role, OwnMessage>, ours.Session<Role, OwnMessage>>,
  Same<
    Plain<Omit<contract.Session<Role, OwnMessage>, "health">>,
    Shared<ours.Session<Role, OwnMessage>, Omit<contract.Session, "health">>
  >,
  Fits<AsyncDisposable, ours.Session>,
  Fits<Error, ours.JournalError>,
  Fits<contract.JournalError, ours.JournalError>,
  Same<contract.JournalError["code"], ours.JournalError["code"]>,
];

export type Functions = [
  Fits<typeof contract.Session, typeof ours.Session>,
  Fits<typeof contract.readJournal, typeof ours.readJournal>,
  Fits<typeof contract.followJournal, typeof ours.followJournal>,
  Fits<typeof contract.verifyJournal, typeof ours.verifyJournal>,
  Fits<typeof contract.repairJournal, typeof ours.repairJournal>,
  Fits<typeof contract.initialState, typeof ours.initialState>,
  Fits<typeof ours.initialState, typeof contract.initialState>,
  Fits<typeof contract.reduce, typeof ours.reduce>,
  Fits<typeof ours.reduce, typeof contract.reduce>,
  Fits<typeof contract.replay, typeof ours.replay>,
  Fits<typeof ours.replay, typeof contract.replay>,
  Fits<typeof contract.listSessions, typeof ours.listSessions>,
  Fits<typeof contract.pruneSessions, typeof ours.pruneSessions>,
  Gives<Awaited<ReturnType<typeof contract.repairJournal>>, Awaited<ReturnType<typeof ours.repairJournal>>>,
  Gives<Awaited<ReturnType<typeof contract.pruneSessions>>, Awaited<ReturnType<typeof ours.pruneSessions>>>,
  Same<Yielded<typeof contract.readJournal>, Yielded<typeof ours.readJournal>>,
  Same<Yielded<typeof contract.followJournal>, Yielded<typeof ours.followJournal>>,
  Gives<Yielded<typeof contract.listSessions>, Yielded<typeof ours.listSessions>>,
];

type Yielded<F extends (...parameters: never[]) => AsyncIterable<unknown>> =
  ReturnType<F> extends AsyncIterable<infer T> ? T : never;

// The sub-path without I/O has the same reducer.

export type State = [
  Same<typeof ours.initialState, typeof state.initialState>,
  Same<typeof ours.reduce, typeof state.reduce>,
  Same<typeof ours.replay, typeof state.replay>,
];
