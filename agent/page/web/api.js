// SPDX-License-Identifier: Apache-2.0
/* Asking the agent: the one door between the page and /api/.
 *
 * Here:      get(), post(), ApiError, the token's short life.
 * Not here:  what is done about an error (views, main.js), taps that wait for the agent to come back (pending.js).
 * Rule       The token comes in the address's hash from the launcher, is wiped from there at once and travels in a header.
 */
import {language, t} from "./words.js";

const TOKEN_KEY = "teren-token";
const GONE_RETRY_MS = 250;
const PATIENCE_MS = 30_000; /* loopback answers in milliseconds; this is for a tablet that is busy with something else */

export class ApiError extends Error {
    constructor(status, kind, says, remedy, body = null) {
        super(says);
        this.status = status;
        this.kind = kind;
        this.says = says;
        this.remedy = remedy;
        this.body = body;
    }
}

/* Reads the token that the launcher handed over, and takes it out of the address. */
export function takeToken() {
    const found = /^#([A-Za-z0-9_-]{43})$/.exec(location.hash);

    if (found) {
        sessionStorage.setItem(TOKEN_KEY, found[1]);
        history.replaceState(null, "", location.pathname);
    }
    return sessionStorage.getItem(TOKEN_KEY) !== null;
}

export function hasToken() {
    return sessionStorage.getItem(TOKEN_KEY) !== null;
}

export function isGone(error) {
    return error instanceof ApiError && error.kind === "gone";
}

export function goneError() {
    return new ApiError(
        0,
        "gone",
        t("Teren is not running on this tablet just now."),
        t("It starts again by itself in a moment; if not, open it from its icon."),
    );
}

/* An answer that tells nothing of its own: a proxy's, or an agent's that was cut short. */
function refusal(status, body) {
    const told = body?.error ?? {};

    if (status === 401)
        return new ApiError(
            401,
            told.kind ?? "refused",
            told.says ?? t("This window is not connected to Teren any more."),
            told.do ?? t("Close it and open Teren from its icon."),
            body,
        );
    return new ApiError(
        status,
        told.kind ?? "invalid",
        told.says ?? t("Teren could not do that."),
        told.do ?? t("Try again; if it stays so, close Teren and open it from its icon."),
        body,
    );
}

async function ask(method, path, body, patience = PATIENCE_MS) {
    const headers = {"Teren-Token": sessionStorage.getItem(TOKEN_KEY) ?? "", "Teren-Language": language()};
    const stop = AbortSignal.timeout(patience);
    let answer;
    let read = null;

    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
        answer = await fetch(path, {
            method,
            headers,
            body: body === undefined ? undefined : JSON.stringify(body),
            signal: stop,
            credentials: "omit",
            cache: "no-store",
            redirect: "error",
        });
        read = await answer.text();
    } catch {
        throw goneError();
    }
    try {
        read = JSON.parse(read);
    } catch {
        if (answer.ok) throw goneError(); /* cut short: we do not know what came of it */
        read = null;
    }
    if (!answer.ok) throw refusal(answer.status, read);
    return read;
}

/* get("/api/roster", {session}). Reading twice does no harm: one more try when the agent is just starting again. */
export async function get(path, query = {}) {
    const words = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null)).toString();
    const whole = words ? `${path}?${words}` : path;

    try {
        return await ask("GET", whole);
    } catch (error) {
        if (!isGone(error)) throw error;
        await new Promise((done) => setTimeout(done, GONE_RETRY_MS));
        return ask("GET", whole);
    }
}

/* `patience`: milliseconds, for what is known to take long, such as a list of 200,000 lines. */
export function post(path, body = {}, patience = PATIENCE_MS) {
    return ask("POST", path, body, patience);
}
