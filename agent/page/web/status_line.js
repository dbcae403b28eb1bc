// SPDX-License-Identifier: Apache-2.0
/* The one honest line: what waits, what was delivered and verified and when, the next attempt or why it failed.
 *
 * Here:      the line itself, and the details behind it with "Send now".
 * Not here:  asking the agent (watch.js).
 */
import {post} from "./api.js";
import {fill, h, say} from "./dom.js";
import {dialog, errorBox, toast} from "./parts.js";
import {strandedCount} from "./pending.js";
import {moment, t, tn} from "./words.js";

const MINUTE_MS = 60_000;

/* Sentences one after the other: a capital letter begins each, a full stop ends it. */
function sentences(...says) {
    return says
        .map((one) => String(one ?? "").trim())
        .filter(Boolean)
        .map((one) => one[0].toLocaleUpperCase() + one.slice(1) + (/[.!?…]$/.test(one) ? "" : "."))
        .join(" ");
}

/* One of "gone", "safe", "waits", "fails", "alone", and the sentences to say. */
function standing(state, gone) {
    const sync = state?.sync;

    if (gone)
        return {
            mood: "gone",
            says: [
                t("Teren is not running on this tablet just now."),
                strandedCount() > 0
                    ? tn(
                          "{n} tap is not recorded yet; it is sent by itself.",
                          "{n} taps are not recorded yet; they are sent by themselves.",
                          strandedCount(),
                      )
                    : t("It starts again by itself in a moment."),
            ],
        };
    if (!sync) return {mood: "", says: []};
    const waits = tn("{n} change waits on this tablet.", "{n} changes wait on this tablet.", sync.waiting);
    if (!state.enrolled)
        return {mood: "alone", says: [sync.waiting > 0 ? waits : t("Nothing waits."), t("This tablet is not connected to a server yet.")]};
    if (sync.running) return {mood: "waits", says: [waits, t("Sending now.")]};
    if (sync.waiting > 0 && sync.error)
        return {mood: "fails", says: [tn("{n} change waits.", "{n} changes wait.", sync.waiting), why(sync.error), nextTry(sync)]};
    if (sync.waiting > 0) return {mood: "waits", says: [waits, nextOf(sync)]};
    if (sync.all_verified) return {mood: "safe", says: [t("Everything is delivered and verified."), verifiedOf(sync)]};
    if (isCalm(sync))
        return {
            mood: wasVerified(sync) ? "safe" : "waits",
            says: [t("Everything is delivered."), t("No network is needed now."), verifiedOf(sync)],
        };
    if (sync.error) return {mood: "fails", says: [t("Nothing waits."), why(sync.error), nextTry(sync)]};
    return {
        mood: "waits",
        says: [t("Nothing waits."), sync.last_success ? t("Delivered {when}; not verified yet.", {when: moment(sync.last_success)}) : ""],
    };
}

/* Nothing waits, and all that fails is the network: so it is after an answer that came on a stick. */
function isCalm({receipted, error}) {
    return receipted > 0 && ["offline", "retry", "busy"].includes(error?.kind);
}

/* Since what was delivered last. */
function wasVerified({verified, last_success: delivered}) {
    return Boolean(verified && delivered) && Date.parse(verified) >= Date.parse(delivered);
}

/* In so few words that a narrow screen shows the next attempt, too; what exactly happened stands in the details. */
function why({kind}) {
    switch (kind) {
        case "offline":
            return t("No network or no answer.");
        case "retry":
        case "busy":
            return t("The server asks for patience.");
        case "refused":
            return t("The server does not know this tablet: ask the coordinator.");
        case "newer":
            return t("Teren on this tablet is too old for the server.");
        case "storage":
            return t("The disk of this tablet is full or cannot be written.");
        default:
            return t("It did not work; tap to see why.");
    }
}

/* A minute that is now already says nothing. */
function soon(at) {
    return Date.parse(at) - Date.now() < MINUTE_MS ? t("in less than a minute") : moment(at);
}

function nextTry(sync) {
    return sync.next_attempt ? t("Next try: {when}.", {when: soon(sync.next_attempt)}) : "";
}

function nextOf(sync) {
    return sync.next_attempt
        ? t("Next attempt: {when}.", {when: soon(sync.next_attempt)})
        : t("It is sent as soon as there is a network.");
}

function verifiedOf(sync) {
    return sync.verified ? t("Last checked: {when}.", {when: moment(sync.verified)}) : "";
}

/* place: the element of the shell; shell: see main.js. */
export function makeStatusLine(place, shell) {
    const words = h("span", {class: "status-words"});
    const lamp = h("span", {class: "status-lamp", "aria-hidden": "true"});
    const spoken = h("span", {class: "visually-hidden", role: "status"}); /* said when it turned, not at every change of a figure */
    const line = h(
        "button",
        {type: "button", class: "status-line", dataset: {test: "status-line"}, on: {click: () => details(shell)}},
        lamp,
        words,
    );

    return {
        show(state, gone) {
            const {mood, says} = standing(state, gone);

            const text = sentences(...says);

            if (place.dataset.mood !== mood) say(spoken, text);
            place.dataset.mood = mood;
            line.dataset.waiting = state?.sync?.waiting ?? "";
            if (gone) words.dataset.test = "gone";
            else delete words.dataset.test;
            say(words, text);
            if (mood === "" && !gone) fill(place);
            else if (!line.isConnected) fill(place, line, spoken);
        },
    };
}

function row(label, value) {
    return value ? h("div", {class: "delivery-row"}, h("dt", null, label), h("dd", {class: "figures"}, value)) : null;
}

function details(shell) {
    const {sync, device, agent, enrolled} = shell.state ?? {};

    if (!sync) return;
    const body = [
        h("p", null, t("What is recorded is on this tablet's disk at once, with or without a network.")),
        h(
            "dl",
            {class: "delivery"},
            row(t("Waiting"), tn("{n} change", "{n} changes", sync.waiting)),
            row(t("Delivered"), tn("{n} change", "{n} changes", sync.receipted)),
            row(t("Last delivery"), moment(sync.last_success) || t("never")),
            row(t("Last verified"), moment(sync.verified) || t("never")),
            enrolled && row(t("Next attempt"), moment(sync.next_attempt) || t("as soon as there is a network")),
            row(t("This tablet"), device),
            row(t("Program"), agent),
        ),
        sync.error && errorBox({kind: sync.error.kind, says: why(sync.error), remedy: sentences(sync.error.says, sync.error.do)}),
        !enrolled && h("p", null, t("This tablet is not connected to a server yet. A USB stick can carry what is recorded.")),
    ];
    dialog(
        t("Delivery"),
        body,
        [
            enrolled && {
                label: t("Send now"),
                kind: "primary",
                icon: "send",
                test: "send-now",
                run: async () => {
                    const answer = await post("/api/sync");

                    toast(answer.started ? t("Sending now.") : t("It is already sending."));
                    shell.changed();
                },
            },
        ].filter(Boolean),
        {test: "delivery"},
    );
}
