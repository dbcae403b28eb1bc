// SPDX-License-Identifier: Apache-2.0
/* One activity: its facts, its sessions, its ways to the roster, the list and the webinar report.
 *
 * Not here:  the people enrolled in it (activity_people.js), the form (form.js), taking attendance (view_roster.js).
 */
import {makePeople} from "./activity_people.js";
import {get} from "./api.js";
import {dateSpan, facts, fillKeepingFocus, schema, viewRoot, wordOf} from "./desk.js";
import {fill, h} from "./dom.js";
import {editRow, removeRow, rowDialog} from "./form.js";
import {button, emptyState, linkButton, toast, viewHead} from "./parts.js";
import {date, number, t, tn, time} from "./words.js";

/* What the next session is most likely like. */
function nextSession(activity, sessions) {
    const last = sessions[sessions.length - 1];
    const used = new Set(sessions.map((session) => session.code));
    let n = sessions.length + 1;

    while (used.has(`${activity.code}-${n}`)) n += 1;
    return {code: `${activity.code}-${n}`, date: last?.date ?? activity.starts_on ?? "", minutes: last ? String(last.minutes ?? "") : "",
        mode: last?.mode ?? activity.mode ?? ""};
}

async function addSession(shell, activity, sessions) {
    const added = await rowDialog("session", {title: t("New session"), label: t("Add the session"), fixed: {activity: activity.id},
        values: nextSession(activity, sessions)});

    if (added) {
        toast(t("Session added"), {undo: shell.undo});
        shell.changed();
    }
}

function sessionCard(shell, session) {
    const at = encodeURIComponent(session.id);
    const isRemote = session.mode === "online" || session.mode === "hybrid";
    const title = session.title || session.code;
    const about = [date(session.date, "long"), time(session.starts_at),
        session.minutes ? tn("{n} minute", "{n} minutes", session.minutes) : "", isRemote ? wordOf("session", "mode", session.mode) : ""];

    return h("li", {class: "card sitting-card", dataset: {test: "session", id: session.id}},
        h("div", {class: "sitting-words"}, h("h3", {class: "card-title"}, h("a", {href: `#/roster?session=${at}`}, title)),
            h("p", {class: "card-about"}, about.filter(Boolean).map((text) => h("span", null, text))),
            h("p", {class: "sitting-count"}, t("{attended} of {enrolled} came", {attended: session.attended, enrolled: session.enrolled}))),
        h("div", {class: "actions sitting-actions"},
            isRemote ? linkButton(t("Webinar report"), `#/webinar?session=${at}`, {icon: "webinar", test: "to-webinar"}) : null,
            button(t("Edit"), {kind: "quiet", icon: "pen", test: "session-edit", hint: title,
                onclick: () => editRow(shell, "session", session.id, t("Session {title}", {title}), ["activity"])}),
            button(t("Remove"), {kind: "quiet", icon: "clear", test: "session-remove", hint: title,
                onclick: () =>
                    removeRow(shell, {entity: "session", id: session.id, question: t("Remove the session {title}?", {title}),
                        about: session.marked > 0
                            ? tn("{n} mark was made at it. It goes from lists and reports, too.",
                                "{n} marks were made at it. They go from lists and reports, too.", session.marked)
                            : t("Nobody was marked at it yet."), done: t("Session removed")})})));
}

function sessionsPart(shell, activity, sessions) {
    return [
        h("div", {class: "part-head"}, h("h2", null, t("Sessions")),
            button(t("Add a session"), {icon: "calendar", test: "add-session", onclick: () => addSession(shell, activity, sessions)})),
        sessions.length === 0
            ? emptyState(t("No session yet: add the first day or the first module."))
            : h("ul", {class: "cards"}, sessions.map((session) => sessionCard(shell, session)))
    ];
}

function factsPart(activity) {
    return facts([[t("Code"), activity.code], [t("Programme"), activity.programme_name || activity.programme], [t("Kind"),
        activity.kind_label], [t("Municipality"), activity.municipality_name], [t("Dates"), dateSpan(activity.starts_on, activity.ends_on)],
        [t("How it is held"), activity.mode ? wordOf("activity", "mode", activity.mode) : ""], [t("Planned participants"),
        activity.planned_participants ? number(Number(activity.planned_participants)) : ""], [t("Completed from"),
        activity.min_minutes_pct
            ? t(/* xgettext:no-javascript-format */ "{n} % of the minutes", {n: Number(activity.min_minutes_pct)})
            : ""]]);
}

async function removeActivity(shell, activity) {
    const removed = await removeRow(shell, {entity: "activity", id: activity.id, question: t("Remove this activity?"),
        about: t("Its sessions and marks go from lists and reports, too. You can take this back right away."),
        done: t("Activity removed")});

    if (removed) shell.go("#/plan");
}

export async function open({id = ""}, shell) {
    await schema();
    const head = h("div", {});
    const about = h("div", {class: "activity-facts"});
    const sessions = h("div", {class: "part", dataset: {test: "sessions"}});
    const people = makePeople(shell, id);
    const show = async () => {
        const told = await get("/api/activity", {id});
        const activity = {...told.activity, id};

        fillKeepingFocus(head,
            viewHead(activity.title || activity.code, {back: {href: "#/plan", label: t("Plan")},
                actions: [linkButton(t("Print the list"), `#/list?activity=${encodeURIComponent(id)}`, {icon: "print", test: "to-list"}),
                    button(t("Edit"), {icon: "pen", test: "activity-edit",
                        onclick: () => editRow(shell, "activity", id, t("Edit the activity"))}),
                    button(t("Remove"), {kind: "quiet", icon: "clear", test: "activity-remove",
                        onclick: () => removeActivity(shell, activity)})]}));
        fill(about, factsPart(activity));
        fillKeepingFocus(sessions, sessionsPart(shell, activity, told.sessions));
        people.show(told.people);
    };

    await show();
    return {element: viewRoot("activity", head, about, sessions, people.element), refresh: show, live: true};
}
