/**
 * Reads a session in one way and prints what it came to.
 * usage: node read-session.js <sessions folder> <session id> <read | follow | verify | list | load | open>
 */

import { followJournal, listSessions, readJournal, Session, verifyJournal } from "@choragen/session-journal";
import { tell } from "./tell.js";

const [sessionsDir = "", id = "", how = "read"] = process.argv.slice(2);
const path = `${sessionsDir}/${id}.ndjson`;

const ways: { readonly [how: string]: () => Promise<object> } = {
  read: async () => {
    let records = 0;
    for await (const { seq } of readJournal(path)) records = seq;
    return { records };
  },
  follow: async () => {
    let records = 0;
    for await (const { record } of followJournal(path, { from: "start", untilEnded: true }))
      records = record.seq;
    return { records };
  },
  verify: async () => {
    const { records, verdict, problems } = await verifyJournal(path);
    return { records, verdict, problems: problems.length };
  },
  list: async () => {
    for await (const { lifecycle, messages, bytes } of listSessions({ sessionsDir })) {
      return { lifecycle, messages, bytes };
    }
    return {};
  },
  load: async () => {
    const session = await Session.load(id, { sessionsDir });
    return { records: session?.health.writtenSeq, messages: session?.messageCount };
  },
  open: async () => {
    const session = await Session.open(id, { sessionsDir });
    const records = session?.health.writtenSeq;
    await session?.end("interrupted");
    return { records };
  },
};

const way = ways[how];
if (way === undefined) throw new Error(`read-session knows ${Object.keys(ways).join(", ")}, not ${how}`);
tell(await way());
