// SPDX-License-Identifier: Apache-2.0
/* Today: where somebody with the tablet in hand is, and what they can do next.
 *
 * Here:      the sessions of today, then what comes and what was; what to do when there are none.
 * Not here:  the roster behind a card (view_roster.js), the status line (status_line.js).
 */
import {get} from "./api.js";
import {fill, h} from "./dom.js";
import {emptyState, linkButton, viewHead} from "./parts.js";
import {sessionCard} from "./session_card.js";
import {languageChoice} from "./view_holder.js";
import {date, t} from "./words.js";

/* The tablet's own day, whatever the zone. */
function dayOfTablet(now = new Date()) {
    const two = (n) => String(n).padStart(2, "0");

    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function nothingToday(told) {
    if (told.activities === 0)
        return emptyState(
            t("There are no activities on this tablet yet. Plan one, or take in a list."),
            h(
                "div",
                {class: "actions"},
                linkButton(t("Plan an activity"), "#/plan", {kind: "primary", icon: "plan"}),
                linkButton(t("Import a list"), "#/import", {icon: "import"}),
            ),
        );
    return emptyState(t("No session is planned for today."), linkButton(t("Open the plan"), "#/plan", {icon: "plan", test: "to-plan"}));
}

function byDate(sessions) {
    const days = new Map();

    for (const session of sessions) {
        if (!days.has(session.date)) days.set(session.date, []);
        days.get(session.date).push(session);
    }
    return [...days];
}

function cards(sessions) {
    return h(
        "ul",
        {class: "sessions"},
        sessions.map((session) => h("li", null, sessionCard(session))),
    );
}

function others(title, sessions, test) {
    if (sessions.length === 0) return null;
    return h(
        "section",
        {dataset: {test}},
        h("h2", {class: "part-title"}, title),
        byDate(sessions).map(([day, of]) => [h("h3", {class: "section-title"}, day ? date(day, "long") : t("Without a date")), cards(of)]),
    );
}

function holderHint(shell) {
    if (shell.state?.holder) return null;
    return h(
        "p",
        {class: "hint", dataset: {test: "no-holder"}},
        t("Nobody is named as holding this tablet, so marks carry no author."),
        " ",
        h("a", {href: "#/holder"}, t("Say who you are")),
    );
}

export async function open(params, shell) {
    const body = h("div", {class: "view-body"});
    let day = "";

    async function refresh() {
        const told = await get("/api/today", {day: dayOfTablet()});
        day = told.day;

        fill(
            body,
            viewHead(date(told.day, "day"), {actions: [languageChoice(shell, {small: true})]}),
            holderHint(shell),
            told.today.length > 0 ? h("section", {dataset: {test: "today"}}, cards(told.today)) : nothingToday(told),
            others(t("Coming"), told.coming, "coming"),
            others(t("Past"), told.past, "past"),
        );
    }
    await refresh();
    return {element: h("section", {class: "view view-today"}, body), refresh, due: () => day !== dayOfTablet()};
}
