// SPDX-License-Identifier: Apache-2.0
/* Watching the agent and the person: what stands now, is anybody here, is anybody in the middle of something.
 *
 * Here:      the poll of /api/state, the idle time, "is a person typing or touching?".
 * Not here:  what is shown of it (main.js, status_line.js).
 * Rule       The page holds no state of record: what it knows is the last answer, and a revision tells when to ask again.
 */
import {get, isGone} from "./api.js";

const POLL_MS = 3_000;
const POLL_GONE_MS = 1_000;
const TYPING_MS = 2_500;
const IDLE_LOOK_MS = 5_000;

/* `onState(state)` after each answer, `onFail(error)` when there was none. Gives {now(), stop()}: now() asks at once. */
export function watchState(onState, onFail) {
    let timer = 0;
    let asking = null;
    let next = null;
    let wait = POLL_MS;
    let stopped = false;

    function later() {
        clearTimeout(timer);
        if (!stopped && !document.hidden) timer = setTimeout(now, wait);
    }
    async function ask() {
        try {
            const state = await get("/api/state");
            wait = POLL_MS;
            await onState(state);
        } catch (error) {
            wait = isGone(error) ? POLL_GONE_MS : POLL_MS;
            await onFail(error);
        }
    }
    /* One question at a time: whoever asks meanwhile gets the answer to one asked after this. */
    function now() {
        clearTimeout(timer);
        if (!asking) {
            asking = ask().finally(() => {
                asking = null;
                later();
            });
            return asking;
        }
        next ??= asking.then(() => {
            next = null;
            return now();
        });
        return next;
    }
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) clearTimeout(timer);
        else now();
    });
    return {
        now,
        stop: () => {
            stopped = true;
            clearTimeout(timer);
        },
    };
}

let touching = 0;
let typedAt = 0;
let activeAt = Date.now();

function isTextBox(node) {
    return Boolean(node?.matches?.("textarea, select, input:not([type=button]):not([type=checkbox]):not([type=radio]):not([type=file])"));
}

export function watchPerson() {
    const active = () => {
        activeAt = Date.now();
    };

    addEventListener(
        "pointerdown",
        () => {
            touching += 1;
            active();
        },
        {capture: true, passive: true},
    );
    for (const name of ["pointerup", "pointercancel"])
        addEventListener(
            name,
            () => {
                touching = Math.max(0, touching - 1);
                active();
            },
            {capture: true, passive: true},
        );
    addEventListener("keydown", active, {capture: true, passive: true});
    addEventListener(
        "input",
        () => {
            typedAt = Date.now();
            active();
        },
        {capture: true, passive: true},
    );
    addEventListener("blur", () => {
        touching = 0;
    });
}

/* A finger is down, or a form is being filled in: what is shown must stay as it is. A `live` view mends itself row by row and only waits
 * for the finger and for the letter being typed. */
export function isBusy(live) {
    if (touching > 0 || Date.now() - typedAt < (live ? 300 : TYPING_MS)) return true;
    return !live && (isTextBox(document.activeElement) || document.querySelector("dialog[open]") !== null);
}

/* Calls onIdle() when nobody touched the page for `minutes()`; 0 minutes: never. Also when the lid was closed in between. */
export function watchIdle(minutes, onIdle) {
    const look = () => {
        if (minutes() > 0 && Date.now() - activeAt >= minutes() * 60_000) {
            activeAt = Date.now();
            onIdle();
        }
    };
    setInterval(look, IDLE_LOOK_MS);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) look();
    });
}
