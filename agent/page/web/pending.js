// SPDX-License-Identifier: Apache-2.0
/* Taps that the agent has not written down yet: kept until it has, in order, row by row.
 *
 * Here:      record(): one line of waiting taps per row of a session; what waits when the agent is gone; sending it by itself later.
 * Not here:  how a row looks meanwhile (view_roster.js), signatures and walk-ins (their forms keep what was typed).
 * Promise    A tap leaves this line only when the agent answered that it is on disk, or said why it cannot be; then whoever asked is told.
 *            Reloading the page keeps the line (row ids and statuses only, never a name).
 */
import {isGone, post} from "./api.js";

const KEY = "teren-pending";

let line = []; /* [{number, body, waiting}] in the order of the taps */
let number = 0;
const sending = new Map(); /* rows with a tap on its way, and when it is through: the next tap of that row waits */
const listeners = new Set();
const settlers = new Map();

try {
    line = JSON.parse(sessionStorage.getItem(KEY) ?? "[]").map((body) => ({number: ++number, body, waiting: true}));
} catch {
    line = [];
}

const rowOf = (body) => `${body.session} ${body.person}`;

function keep() {
    if (line.length > 0) sessionStorage.setItem(KEY, JSON.stringify(line.map(({body}) => body)));
    else sessionStorage.removeItem(KEY);
}

function tell(event) {
    for (const listener of listeners) listener(event);
}

/* listener({kind: "sent", body, answer} | {kind: "refused", body, error} | {kind: "waits", body}); gives a function that ends it. */
export function onPending(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/* The statuses that wait for this session: a Map from person to status. */
export function pendingOf(session) {
    return new Map(line.filter(({body}) => body.session === session).map(({body}) => [body.person, body.status]));
}

export function pendingCount() {
    return line.length;
}

/* How many taps wait because the agent is gone. */
export function strandedCount() {
    return line.filter(({waiting}) => waiting).length;
}

/* Records a mark. The promise is settled when it is on disk or was refused, which may be long after: the agent may be away. */
export function record(body) {
    const item = {number: ++number, body, waiting: false};
    const settled = new Promise((resolve, reject) => settlers.set(item.number, {resolve, reject}));

    settled.catch(() => {}); /* listeners are told, too */
    line.push(item);
    keep();
    sendRow(rowOf(body));
    return settled;
}

/* Everything that waits, again: called when the agent is back. */
export function sendPending() {
    for (const row of new Set(line.map(({body}) => rowOf(body)))) sendRow(row);
}

/* When nothing is on its way any more; what waits for the agent to come back is not on its way. */
export async function allSent() {
    await Promise.allSettled([...sending.values()]);
}

function sendRow(row) {
    if (!sending.has(row))
        sending.set(
            row,
            sendAllOf(row).finally(() => sending.delete(row)),
        );
}

async function sendAllOf(row) {
    let item = nextOf(row);

    while (item && (await sendOne(item))) item = nextOf(row);
}

function nextOf(row) {
    return line.find(({body}) => rowOf(body) === row);
}

function leave(item) {
    const settler = settlers.get(item.number);

    line = line.filter((one) => one !== item);
    settlers.delete(item.number);
    keep();
    return settler;
}

/* False: it stays in the line. */
async function sendOne(item) {
    try {
        const answer = await post("/api/mark", item.body);
        leave(item)?.resolve(answer);
        tell({kind: "sent", body: item.body, answer});
        return true;
    } catch (error) {
        if (isGone(error) || error.status === 423 || error.status === 401) {
            item.waiting = true;
            tell({kind: "waits", body: item.body});
            return false;
        }
        leave(item)?.reject(error);
        tell({kind: "refused", body: item.body, error});
        return true;
    }
}
