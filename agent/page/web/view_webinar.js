// SPDX-License-Identifier: Apache-2.0
/* From a meeting's report to marks: choose the file, look who it names, decide the unsure ones, record.
 *
 * Here:      the way through; what the file is; totals; recording.
 * Not here:  one person of the report (webinar_person.js), reading and matching (the agent).
 * Rule       Both requests carry the whole file: the agent keeps nothing of it between them, and neither does this page.
 */
import {get, post} from "./api.js";
import {base64Of, facts, filePicker, schema, viewRoot} from "./desk.js";
import {fill, h, say} from "./dom.js";
import {busy, button, field, linkButton, toast, viewHead} from "./parts.js";
import {lineWords} from "./person_search.js";
import {attendeeCard} from "./webinar_person.js";
import {date, moment, t, tc, time, tn} from "./words.js";

const PATIENCE_MS = 2 * 60_000;

/* 03/04/2026: nobody but a person knows. */
function orderPart(told, ask) {
    if (!told.ask_order) return null;
    const pick = (order) => () => ask({order});

    return h("section", {class: "note-box", dataset: {test: "webinar-order"}},
        h("p", null, h("strong", null, t("Is the day or the month first in this report's dates?"))),
        h("p", null, t("The report can be read both ways.")),
        h("div", {class: "actions"}, button(t("Day first: 31.12."), {test: "order-dmy", onclick: pick("dmy")}),
            button(t("Month first: 12/31"), {test: "order-mdy", onclick: pick("mdy")})));
}

function aboutReport(told) {
    const order = {dmy: t("the report writes the day first"), mdy: t("the report writes the month first")}[told.order] ?? "";

    return facts([[t("Report"), told.format_label], [t("Meeting"), told.topic], [t("Began"), moment(told.began)], [t("Ended"),
        moment(told.ended)], [t("Dates"), order]]);
}

/* A meeting's clock may be another zone's: nobody wrote it into the file. */
function shiftPart(told, ask) {
    const minutes = h("input", {type: "number", min: "-1440", max: "1440", step: "1", value: String(told.shift_minutes ?? 0),
        dataset: {test: "webinar-shift"}});

    return h("details", {class: "help-details", open: Boolean(told.shift_minutes)},
        h("summary", null, t("The times in the report are off")),
        h("div", {class: "finder-fields"},
            field(t("Shift by how many minutes"), minutes, {
                help: t("60 when the report is an hour behind, -60 when it is an hour ahead.")
            }), button(t("Look again"), {onclick: () => ask({shift_minutes: Math.trunc(Number(minutes.value)) || 0})})));
}

function leftOut(told) {
    if (told.left_out.length === 0) return null;
    return h("details", {class: "help-details", dataset: {test: "webinar-left-out"}},
        h("summary", null, tn("{n} entry of the report is left out", "{n} entries of the report are left out", told.left_out.length)),
        h("ul", {class: "lines"}, told.left_out.map((one) => h("li", {class: "line"}, lineWords(one.name, one.says)))));
}

const FEW = 8;

/* Those to decide first; whom the agent is sure of, behind a line: of a hundred cards nobody reads the last ninety. */
function cardLists(cards) {
    const list = (some) => h("ul", {class: "cards"}, some.map(({element}) => element));
    const open = cards.filter((card) => card.decision() === null);
    const sure = cards.filter((card) => card.decision() !== null);

    return h("div", {class: "preview", dataset: {test: "webinar-people"}}, open.length > 0 ? list(open) : null,
        sure.length > 0
            ? h("details", {class: "help-details", open: sure.length <= FEW, dataset: {test: "webinar-sure"}},
                h("summary", null, tn("{n} recognised for sure", "{n} recognised for sure", sure.length)), list(sure))
            : null);
}

function doneWith(told, session) {
    const at = encodeURIComponent(session.id);

    return h("div", {class: "preview", dataset: {test: "webinar-done"}},
        h("div", {class: "good-box", role: "status"},
            h("p", null,
                told.recorded === 0
                    ? told.same > 0 ? t("Nothing changed: all of this was recorded before.") : t("Nothing was recorded.")
                    : tn("{n} person was recorded.", "{n} people were recorded.", told.recorded)),
            told.fresh > 0
                ? h("p", null, tn("{n} of them is new on this tablet.", "{n} of them are new on this tablet.", told.fresh))
                : null,
            told.same > 0 && told.recorded > 0
                ? h("p", null,
                    tn("{n} was recorded before and stays as it is.", "{n} were recorded before and stay as they are.", told.same))
                : null, told.left > 0 ? h("p", null, tn("{n} was left out.", "{n} were left out.", told.left)) : null),
        h("div", {class: "actions"}, linkButton(t("Open the roster"), `#/roster?session=${at}`, {kind: "primary", icon: "today"}),
            linkButton(t("Print the list"), `#/list?activity=${encodeURIComponent(session.activity.id)}`, {icon: "print"})));
}

/* The people of the report and the bar that counts what is left to decide. */
function peoplePart(told, sent, shell, result) {
    if (told.people.length === 0)
        return [
            h("p", {class: "note-box", dataset: {test: "webinar-nobody"}},
                t("Nobody in this report was there during the session. Is it the right report, and the right session?")),
            leftOut(told)
        ];
    const wrong = h("div", {});
    const left = h("p", {class: "sum-left", role: "status"});
    const cards = told.people.map((person) => attendeeCard(person, () => count()));
    const undecided = () => cards.filter((card) => card.decision() === null);
    const count = () => {
        const open = undecided().length;
        say(left, open > 0 ? tn("{n} is left to decide.", "{n} are left to decide.", open) : t("All are decided."));
    };
    const record = button(tc("verb", "Record"), {kind: "primary", icon: "check", test: "webinar-record", onclick: () => {
        const [first] = undecided();
        if (first) {
            first.askToDecide();
            return;
        }
        busy(record, wrong, async () => {
            const done = await post("/api/webinar/record", {...sent, decisions: cards.map((card) => card.decision())}, PATIENCE_MS);
            fill(result, doneWith(done, told.session));
            toast(t("The report was recorded"), {undo: done.changes > 0 ? shell.undo : null});
            shell.changed();
        });
    }});
    const known = told.people.every((person) => person.recorded === "same");

    count();
    return [
        known
            ? h("p", {class: "good-box", dataset: {test: "webinar-same"}},
                t("Everything in this report is recorded already. Recording it again changes nothing."))
            : null,
        h("h2", null, tn("{n} person in the report", "{n} people in the report", told.people.length)),
        cardLists(cards),
        leftOut(told),
        wrong,
        h("div", {class: "sum-bar"}, left, record)
    ];
}

function resultOf(told, sent, shell, ask, result) {
    const sum = told.people.reduce((all, person) => all + person.minutes, 0);

    return [h("h2", {tabindex: "-1"}, t("What the report says")), orderPart(told, ask), aboutReport(told),
        told.warnings.map((text) => h("p", {class: "note-box", dataset: {test: "webinar-warning"}}, text)),
        told.ask_order
            ? null
            : [h("p", {class: "outcome"}, tn("All together they attended {n} minute.", "All together they attended {n} minutes.", sum)),
                shiftPart(told, ask), peoplePart(told, sent, shell, result)]];
}

function aboutSession(session) {
    return [session.activity.title, session.title, date(session.date), time(session.starts_at)].filter(Boolean).join(" · ");
}

export async function open({session: id = ""}, shell) {
    await schema();
    const {session} = await get("/api/roster", {session: id});
    const wrong = h("div", {});
    const progress = h("p", {class: "outcome", role: "status"});
    const result = h("div", {class: "preview"});
    let sent = null;
    const ask = async (more) => {
        sent = {...sent, ...more};
        await busy(picker.querySelector("input"), wrong, async () => {
            const told = await post("/api/webinar", sent, PATIENCE_MS);
            fill(result, resultOf(told, sent, shell, ask, result));
            result.querySelector("h2")?.focus();
        });
    };
    const picker = filePicker({label: t("Choose the report"),
        hint: t("or drop it here: the attendance report of Microsoft Teams or Zoom, as it was downloaded"), accept: ".csv,.txt,.tsv",
        pick: async (file) => {
            fill(result);
            say(progress, t("Reading {name}", {name: file.name}));
            sent = {session: id, name: file.name, file: await base64Of(file)};
            await ask({});
            say(progress, "");
        }});

    return {
        element: viewRoot("webinar",
            viewHead(t("Webinar report"), {back: {href: `#/activity?id=${encodeURIComponent(session.activity.id)}`, label: t("Activity")},
                about: aboutSession(session)}), picker, progress, wrong, result)
    };
}
