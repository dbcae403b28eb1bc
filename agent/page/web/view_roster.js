// SPDX-License-Identifier: Apache-2.0
/* The roster of a session: one tap is present. Made for a door with thirty people before it.
 *
 * Here:      head with counter, the bar with what was recorded last and undo; what a tap means.
 * Not here:  rows and keys (roster_rows.js), the choices behind a row (choices.js), taps that wait (pending.js).
 * Promise    A tick is shown only when the mark is on disk. Nothing above or among the rows moves while taps go on.
 */
import {get, isGone} from "./api.js";
import {fill, h, say} from "./dom.js";
import {openChoices} from "./choices.js";
import {button, emptyState, errorBox, viewHead} from "./parts.js";
import {onPending, pendingOf, record, strandedCount} from "./pending.js";
import {KEEPS, makeRows} from "./roster_rows.js";
import {makeSearch} from "./roster_search.js";
import {counter, sessionAbout} from "./session_card.js";
import {statusLabel} from "./statuses.js";
import {t} from "./words.js";

const DOUBLE_TAP_MS = 600;

/* At the bottom, under the thumb: what was recorded last, and the way back. Its place is always there, so nothing jumps. */
function makeBar(shell, onUndo) {
    const last = h("p", {class: "last", role: "status", dataset: {test: "last"}});
    const wrong = h("div", {class: "bar-error"});
    const element = h(
        "div",
        {class: "roster-bar"},
        wrong,
        h("div", {class: "roster-bar-row"}, last, button(t("Undo"), {icon: "undo", test: "undo", onclick: onUndo})),
    );
    const hint = () => t("Tap a name: present. Hold it for more.");

    return {
        element,
        tell: (text) => {
            say(last, text || hint());
        },
        fail: (...what) => fill(wrong, ...what),
        quiet: () => fill(wrong),
    };
}

/* As it stands; while the agent is away, as it stood when this window saw it last. */
async function readRoster(id, shell) {
    try {
        const told = await get("/api/roster", {session: id});

        shell.memory.set("roster told", {id, told});
        return told;
    } catch (error) {
        const kept = shell.memory.get("roster told");

        if (!isGone(error) || kept?.id !== id) throw error;
        return kept.told;
    }
}

/* Once, calmly: two tablets that disagree are settled by who said what. */
function holderHint(shell) {
    if (!shell.state || shell.state.holder || shell.memory.has("holder asked")) return null;
    shell.memory.set("holder asked", true);
    return h(
        "p",
        {class: "hint", dataset: {test: "no-holder"}},
        t("Nobody is named as holding this tablet, so marks carry no author."),
        " ",
        h("a", {href: "#/holder"}, t("Say who you are")),
    );
}

export async function open({session: id}, shell) {
    let told = await readRoster(id, shell);
    let tapped = {person: "", at: 0};
    const head = counter();
    const nobody = h("div", {class: "roster-nobody"});
    const bar = makeBar(shell, undo);
    const rows = makeRows({onTap: tap, onChoices: choices, onLetter: (letter) => search.focus(letter), minutes: told.session.minutes});
    const search = makeSearch(id, shell, filter, enter);
    const stop = onPending(heard);

    function filter(needles, chip) {
        const left = rows.filter(needles, KEEPS[chip]);

        rows.element.hidden = left === 0;
        fill(nobody, left > 0 ? null : nobodyHere(needles));
        requestAnimationFrame(scrollToRows); /* not now: it would lay out two thousand rows before the letter is seen */
    }
    function nobodyHere(needles) {
        if (told.people.length === 0)
            return emptyState(t("Nobody is enrolled yet. Add whoever comes through the door."), walkInButton("primary", ""), "person");
        if (needles.length === 0) return emptyState(t("Nobody here."), null, "check");
        return emptyState(
            t("Nobody on this list by that name."),
            [
                walkInButton("primary", search.typed()),
                button(t("Show all"), {
                    onclick: () => {
                        search.clear();
                    },
                }),
            ],
            "search",
        );
    }
    function walkInButton(kind, name) {
        return button(t("Walk-in"), {
            kind,
            icon: "add_person",
            test: "walk-in",
            onclick: () => {
                shell.memory.set("walk-in name", name);
                shell.go(`#/walk-in?session=${id}`);
            },
        });
    }
    /* From far down a long list to its head, when what is left of it is short. */
    function scrollToRows() {
        if (!element.isConnected) return;
        const head = element.querySelector(".roster-head").getBoundingClientRect();
        const first = rows.element.getBoundingClientRect().top;

        if (first < head.bottom - 8) rows.element.parentElement.parentElement?.scrollBy(0, first - head.bottom);
    }
    function showCounts() {
        const counts = rows.counts();

        head.show(counts);
        search.show(counts);
    }
    function tap(person) {
        const again = person.id === tapped.person && performance.now() - tapped.at < DOUBLE_TAP_MS;

        if (again) return; /* a finger that bounced asks for nothing more */
        tapped = {person: person.id, at: performance.now()};
        if (person.status !== "" || rows.wants(person.id)) choices(person);
        else mark(person, "present");
    }
    function choices(person) {
        openChoices(told.session, person, {
            record: (status, more) => mark(person, status, more),
            settled: () => {
                shell.changed();
                refresh();
            },
            takenBack: async () => {
                await refresh();
                bar.tell(t("Undone: {name}. Now: {status}.", {name: person.name, status: statusLabel("")}));
                shell.changed();
            },
        });
    }
    function mark(person, status, more = {}) {
        rows.setWanted(person.id, status, shell.gone);
        record({session: id, person: person.id, status, ...more});
    }
    /* Of every tap, of this view and of one before it. */
    function heard({kind, body, answer, error}) {
        if (body.session !== id) return;
        if (kind === "waits" && !shell.gone) shell.changed(); /* look at once: the line at the top is to say it */
        const wants = pendingOf(id).get(body.person) ?? "";

        if (kind === "sent") {
            rows.update(answer.person);
            told.people = told.people.map((one) => (one.id === answer.person.id ? answer.person : one));
            bar.quiet();
            bar.tell(
                [
                    t("{name} – {status}", {name: answer.person.name, status: statusLabel(answer.person.status)}),
                    ...(answer.notes ?? []),
                ].join(" "),
            );
        } else if (kind === "refused") {
            refused(body, error);
        }
        rows.setWanted(body.person, wants, kind === "waits" || (wants !== "" && strandedCount() > 0));
        showCounts();
    }
    function refused(body, error) {
        const person = rows.person(body.person);

        bar.tell(t("Not recorded: {name}", {name: person?.name ?? ""}));
        bar.fail(
            errorBox(error, [
                button(t("Try again"), {
                    kind: "primary",
                    test: "again",
                    onclick: () => {
                        bar.quiet();
                        mark(person, body.status, body);
                    },
                }),
                button(t("Close"), {onclick: bar.quiet}),
            ]),
        );
    }

    /* Enter in the search box: when one row is left, it is meant. */
    function enter(mayTap) {
        const left = rows.visible();

        if (mayTap && left.length === 1) tap(left[0].person);
        else rows.focus(left[0]);
    }
    async function undo() {
        const before = new Map(told.people.map((person) => [person.id, JSON.stringify(rows.person(person.id))]));

        try {
            const what = await shell.undo({quietly: true, session: id});

            bar.quiet();
            await refresh();
            bar.tell(whomItConcerned(before) ?? what);
        } catch (error) {
            bar.fail(errorBox(error, [button(t("Close"), {onclick: bar.quiet})]));
        }
    }
    /* Who looks different now, or is not here any more, and what stands instead. The agent's own words name rows by their codes. */
    function whomItConcerned(before) {
        const now = new Map(told.people.map((person) => [person.id, person]));
        const other = [...before].filter(([person, was]) => was !== JSON.stringify(now.get(person)));

        if (other.length !== 1) return null;
        const [person, was] = other[0];
        return now.has(person)
            ? t("Undone: {name}. Now: {status}.", {name: now.get(person).name, status: statusLabel(now.get(person).status)})
            : t("Undone: {name} is not on this list any more.", {name: JSON.parse(was).name});
    }
    async function refresh() {
        const asked = rows.began();

        told = await readRoster(id, shell);
        show(asked);
    }
    function show(asked) {
        rows.show(told.people, asked);
        showCounts();
        if (told.people.length === 0) fill(nobody, nobodyHere([]));
        else if (rows.element.hidden) search.apply();
    }
    function gone(isGone) {
        for (const [person, status] of pendingOf(id)) rows.setWanted(person, status, isGone);
    }

    const element = h(
        "section",
        {class: "view view-roster"},
        viewHead(told.session.title || told.session.code, {
            back: {href: "#/today", label: t("Today")},
            about: [told.session.activity?.title, sessionAbout(told.session)].filter(Boolean).join(" · "),
        }),
        holderHint(shell),
        h("div", {class: "roster-head"}, head.element, search.element, walkInButton("", ""), search.chips),
        nobody,
        rows.element,
    );
    const onKey = (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input, textarea")) {
            event.preventDefault();
            undo();
        }
    };

    addEventListener("keydown", onKey);
    show(0);
    gone(shell.gone);
    bar.tell(shell.memory.get(`last ${id}`) ?? "");
    shell.memory.delete(`last ${id}`);
    search.apply();
    return {
        element,
        foot: bar.element,
        refresh,
        gone,
        live: true,
        close: () => {
            stop();
            removeEventListener("keydown", onKey);
        },
    };
}
