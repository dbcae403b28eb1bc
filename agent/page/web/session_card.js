// SPDX-License-Identifier: Apache-2.0
/* A session as a card that opens its roster; the counter and the bar that go with it everywhere.
 *
 * Here:      sessionCard(), counter(), tally(), sessionAbout().
 * Not here:  which sessions (view_today.js, view_activity.js).
 */
import {h, say} from "./dom.js";
import {date, t, time, tn} from "./words.js";

export function counted(attended, enrolled) {
    return t("{attended} of {enrolled}", {attended, enrolled});
}

/* "Monday, 13 December · 09:00 · 90 minutes": parts side by side, each a whole. */
export function sessionAbout(session, {withDate = true} = {}) {
    return [
        withDate && session.date ? date(session.date, "long") : "",
        session.starts_at ? time(session.starts_at) : "",
        session.minutes > 0 ? tn("{n} minute", "{n} minutes", session.minutes) : "",
        session.mode === "online" ? t("Online") : session.mode === "hybrid" ? t("In person and online") : "",
        session.municipality,
    ]
        .filter(Boolean)
        .join(" · ");
}

/* Shares of the whole, side by side: a drawing of what the numbers beside it say. Gives {element, show(counts)}. */
export function tally() {
    const bars = ["present", "late", "absent", "excused"].map((status) => h("span", {class: `tally-${status}`}));
    const element = h("span", {class: "tally", "aria-hidden": "true"}, bars);

    return {
        element,
        show(counts) {
            const whole = Math.max(1, counts.present + counts.late + counts.absent + counts.excused + counts.unmarked);

            for (const [at, status] of ["present", "late", "absent", "excused"].entries())
                bars[at].style.setProperty("--share", `${(100 * counts[status]) / whole}%`);
        },
    };
}

/* People know the activity by its name; "Modul 1" may stand there twice. */
export function sessionCard(session, {withDate = false} = {}) {
    const bar = tally();
    const own = session.title || session.code;
    const [title, part] = session.activity?.title ? [session.activity.title, own] : [own, session.activity?.code];

    bar.show({
        present: session.attended,
        late: 0,
        absent: Math.max(0, session.marked - session.attended),
        excused: 0,
        unmarked: Math.max(0, session.enrolled - session.marked),
    });
    return h(
        "a",
        {class: "session", href: `#/roster?session=${session.id}`, dataset: {test: "session", session: session.id}},
        h("span", {class: "session-when figures"}, session.starts_at ? time(session.starts_at) : "–"),
        h(
            "span",
            {class: "session-words"},
            h("span", {class: "session-title"}, title),
            h("span", {class: "session-activity"}, part),
            h("span", {class: "session-about"}, sessionAbout({...session, starts_at: ""}, {withDate})),
        ),
        h("span", {class: "session-count figures"}, h("strong", null, counted(session.attended, session.enrolled)), bar.element),
    );
}

/* The big counter of a roster. Gives {element, show(counts)}; a screen reader hears it when it changed. */
export function counter() {
    const figure = h("p", {class: "counter-figure figures", "aria-live": "polite", dataset: {test: "counter"}});
    const bar = tally();

    return {
        element: h("div", {class: "counter"}, figure, bar.element),
        show(counts) {
            say(figure, counted(counts.present + counts.late, counts.enrolled));
            bar.show(counts);
        },
    };
}
