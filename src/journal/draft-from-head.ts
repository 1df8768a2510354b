/** A record that is made of the head before it, as a seal is: it can only be drafted while its write is put together. */
import type { Draft } from "../event/draft.js";

/** Makes it out of that record's seq and hash, and the time that it will carry. */
export type DraftFromHead = (head: { readonly seq: number; readonly hash: string }, time: string) => Draft;

/** As much room as its line takes at most, before it can be measured. */
export const FROM_HEAD_ROOM = " ".repeat(1024);
