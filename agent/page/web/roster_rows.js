// SPDX-License-Identifier: Apache-2.0
/* The rows of a roster: built once, mended in place, filtered without being laid out anew, walked by keys.
 *
 * Here:      one row per person with its stamp, the order, what is hidden, taps and long presses, arrow keys.
 * Not here:  what a tap does (view_roster.js), the choices behind a row (choices.js).
 * Rule       No row moves because of a mark: what is under the finger stays there until the person filters anew.
 */
import {h} from "./dom.js";
import {hayOf, matches} from "./fold.js";
import {attends, roleLabel, statusLabel} from "./statuses.js";
import {t, tn} from "./words.js";

const LONG_PRESS_MS = 450;
const RELEASE_MS = 60; /* within so long after the finger is up its click has come */
const SLIP_PX = 12;

/* What a chip keeps. */
export const KEEPS = {
    all: () => true,
    unmarked: (person) => person.status === "",
    attended: (person) => attends(person.status),
    late: (person) => person.status === "late",
    absent: (person) => person.status === "absent",
    excused: (person) => person.status === "excused",
    unsigned: (person) => attends(person.status) && !person.signed,
    conflict: (person) => person.conflict !== null,
};

/* Copied for each person: making two thousand rows part by part would take a slow tablet a second. */
function makePattern() {
    return h(
        "li",
        {class: "row", dataset: {test: "row"}},
        h(
            "button",
            {type: "button", class: "row-tap", tabIndex: -1, dataset: {test: "tap"}},
            h("span", {class: "stamp", "aria-hidden": "true"}),
            h(
                "span",
                {class: "row-words"},
                h("span", {class: "row-name", dataset: {test: "row-name"}}),
                h("span", {class: "row-about"}, h("span", {class: "row-status"}), h("span", {class: "row-of"})),
            ),
        ),
        h("button", {type: "button", class: "row-more", tabIndex: -1, dataset: {test: "more"}}),
    );
}

function aboutOf(person) {
    return [roleLabel(person.role), person.organisation || person.position, !person.enrolled && t("not enrolled")]
        .filter(Boolean)
        .join(" · ");
}

/* `onTap(person)`, `onChoices(person)`; minutes: the session's length. */
export function makeRows({onTap, onChoices, onLetter, minutes}) {
    const list = h("ul", {class: "roster", role: "list", dataset: {test: "roster"}});
    const pattern = makePattern();
    const entries = new Map(); /* id -> {person, row, name, hay, touched} */
    let order = []; /* ids as the agent sorted them */
    let current = null; /* the row that the Tab key comes to */
    let touches = 0; /* counts marks: an answer asked for before one says nothing about its row */
    let keep = {needles: [], of: KEEPS.all};

    function statusWords(person, entry) {
        if (entry.wants) return entry.stranded ? t("Not recorded yet") : "";
        const words = [person.status && person.status !== "present" ? statusLabel(person.status) : ""];

        if (person.minutes !== null && attends(person.status) && person.minutes !== minutes)
            words.push(tn("{n} minute", "{n} minutes", person.minutes));
        if (person.note) words.push(person.note);
        return words.filter(Boolean).join(" · ");
    }

    function draw(entry) {
        const {person, row} = entry;
        const [tap, more] = row.children;
        const [name, about] = tap.lastChild.children;

        row.dataset.status = person.status;
        row.toggleAttribute("data-signed", person.signed);
        row.toggleAttribute("data-conflict", person.conflict !== null);
        if (entry.wants) row.dataset.pending = entry.wants;
        else delete row.dataset.pending;
        row.toggleAttribute("data-stranded", Boolean(entry.wants && entry.stranded));
        name.textContent = person.name;
        about.firstChild.textContent = statusWords(person, entry);
        about.lastChild.textContent = aboutOf(person);
        tap.setAttribute("aria-label", spoken(person, entry));
        more.setAttribute("aria-label", t("More for {name}", {name: person.name}));
    }

    /* The parts of a row as a list that is read out: each part is a whole. */
    function spoken(person, entry) {
        const said = [statusWords(person, entry), aboutOf(person), person.signed && t("signed"), person.conflict && t("conflict")];

        if (person.status === "present" || person.status === "") said.unshift(statusLabel(person.status));
        return [person.name, ...said].filter(Boolean).join(", ");
    }

    function add(person) {
        const row = pattern.cloneNode(true);
        const entry = {person, row, hay: "", touched: 0, wants: "", stranded: false, drawn: ""};

        row.dataset.person = person.id;
        entries.set(person.id, entry);
        return entry;
    }

    function put(entry, person) {
        const drawn = JSON.stringify(person);

        if (entry.drawn === drawn) return;
        if (entry.drawn === "" || entry.person.name !== person.name || entry.person.organisation !== person.organisation)
            entry.hay = hayOf(person.name, person.ref, person.organisation);
        entry.drawn = drawn;
        entry.person = person;
        draw(entry);
    }

    function passes(entry) {
        return keep.of(entry.person) && matches(entry.hay, keep.needles);
    }

    /* All of them as the agent tells; asked: what began() gave before the question. */
    function show(people, asked) {
        const ids = people.map(({id}) => id);
        const here = new Set(ids);
        const fresh = [];

        for (const person of people) {
            const known = entries.get(person.id);
            const entry = known ?? add(person);

            if (!known) fresh.push(entry);
            if (entry.touched <= asked) put(entry, person);
        }
        for (const [id, entry] of entries) {
            if (!here.has(id) && entry.touched <= asked) {
                entry.row.remove();
                entries.delete(id);
            }
        }
        for (const entry of fresh) entry.row.hidden = !passes(entry);
        if (fresh.length > 0 || ids.join() !== order.join()) {
            const focused = document.activeElement;

            order = ids.concat([...entries.keys()].filter((id) => !here.has(id)));
            list.append(...order.map((id) => entries.get(id).row));
            if (list.contains(focused)) focused.focus({preventScroll: true});
        }
        settleCurrent();
    }

    function visible() {
        return order.map((id) => entries.get(id)).filter((entry) => entry && !entry.row.hidden);
    }

    function settleCurrent() {
        const first = order.map((id) => entries.get(id)).find((entry) => entry && !entry.row.hidden);

        if (!current || current.row.hidden || !current.row.isConnected) setCurrent(first ?? null);
    }

    function setCurrent(entry) {
        for (const [one, index] of [
            [current, -1],
            [entry, 0],
        ]) {
            if (one) [one.row.firstChild.tabIndex, one.row.lastChild.tabIndex] = [index, index];
        }
        current = entry;
    }

    function entryAt(node) {
        return entries.get(node.closest?.("[data-person]")?.dataset.person);
    }

    function update(person) {
        const entry = entries.get(person.id) ?? add(person);

        touches += 1;
        entry.touched = touches;
        if (!entry.row.isConnected) {
            order.push(person.id);
            list.append(entry.row);
        }
        put(entry, person);
    }

    function setWanted(id, wants, stranded) {
        const entry = entries.get(id);

        if (entry && (entry.wants !== wants || entry.stranded !== stranded)) {
            entry.wants = wants;
            entry.stranded = stranded;
            draw(entry);
        }
    }

    /* Gives how many are left to see. */
    function filter(needles, of) {
        let count = 0;

        keep = {needles, of};
        for (const entry of entries.values()) {
            const hidden = !passes(entry);

            if (entry.row.hidden !== hidden) entry.row.hidden = hidden;
            count += hidden ? 0 : 1;
        }
        settleCurrent();
        return count;
    }

    function counts() {
        const found = {present: 0, late: 0, absent: 0, excused: 0, unmarked: 0, enrolled: 0, unsigned: 0, conflict: 0, all: entries.size};

        for (const {person} of entries.values()) {
            if (person.status !== "") found[person.status] += 1;
            else found.unmarked += 1;
            found.enrolled += person.enrolled ? 1 : 0;
            found.unsigned += KEEPS.unsigned(person) ? 1 : 0;
            found.conflict += person.conflict ? 1 : 0;
        }
        return found;
    }

    listen(list, {entryAt, onTap, onChoices, onLetter, visible, setCurrent});
    return {
        element: list,
        show,
        update,
        setWanted,
        filter,
        counts,
        visible,
        began: () => touches,
        person: (id) => entries.get(id)?.person,
        wants: (id) => entries.get(id)?.wants ?? "",
        focus: (entry) => focusRow(entry, setCurrent),
    };
}

function focusRow(entry, setCurrent) {
    if (!entry) return;
    setCurrent(entry);
    entry.row.firstChild.focus({preventScroll: true});
    entry.row.scrollIntoView({block: "nearest"});
}

/* The finger that opened the sheet is still down, above one of its buttons: letting go is not pressing it. */
function swallowRelease() {
    const swallow = (event) => {
        event.preventDefault();
        event.stopPropagation();
    };
    const end = () => setTimeout(() => removeEventListener("click", swallow, {capture: true}), RELEASE_MS);

    addEventListener("click", swallow, {capture: true});
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end, {capture: true, once: true});
}

/* One listener for all rows. A long press, a right click and the button at the row's end are one gesture: more. */
function listen(list, {entryAt, onTap, onChoices, onLetter, visible, setCurrent}) {
    let press = null; /* {timer, x, y, done} */

    const end = () => clearTimeout(press?.timer);
    const open = (entry) => {
        setCurrent(entry);
        onChoices(entry.person);
    };

    list.addEventListener("pointerdown", (event) => {
        const entry = event.target.closest(".row-tap") && event.button === 0 ? entryAt(event.target) : null;

        end();
        press = {x: event.clientX, y: event.clientY, done: false, timer: 0};
        if (entry && event.pointerType !== "mouse")
            press.timer = setTimeout(() => {
                press.done = true;
                swallowRelease();
                open(entry);
            }, LONG_PRESS_MS);
    });
    list.addEventListener("pointermove", (event) => {
        if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLIP_PX) end();
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) list.addEventListener(name, end);
    list.addEventListener("contextmenu", (event) => {
        const entry = entryAt(event.target);

        if (!entry) return;
        event.preventDefault();
        end();
        if (!press?.done) open(entry);
        if (press) press.done = true;
    });
    list.addEventListener("click", (event) => {
        const entry = entryAt(event.target);

        if (!entry || (press?.done && event.detail > 0)) return;
        setCurrent(entry);
        if (event.target.closest(".row-more")) onChoices(entry.person);
        else if (event.target.closest(".row-tap")) onTap(entry.person);
    });
    list.addEventListener("focusin", (event) => {
        const entry = entryAt(event.target);

        if (entry) setCurrent(entry);
    });
    list.addEventListener("keydown", (event) => keys(event, {list, entryAt, onChoices, onLetter, visible, setCurrent}));
}

/* Arrows walk, Home and End jump, F2 and Shift+Enter open the choices, a letter goes to the search. Enter and Space press the row. */
function keys(event, {list, entryAt, onChoices, onLetter, visible, setCurrent}) {
    const entry = entryAt(event.target);
    const rows = visible();
    const at = rows.indexOf(entry);
    const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
    const page = 8 * columns;
    const steps = {ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length};
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;

    if (!entry) return;
    if (event.key in steps) {
        event.preventDefault();
        if (event.key === "ArrowUp" && at < columns) onLetter("");
        else focusRow(rows[Math.min(rows.length - 1, Math.max(0, at + steps[event.key]))], setCurrent);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        const more = event.target.classList.contains("row-more");
        const right = event.key === "ArrowRight";

        event.preventDefault();
        if (right !== more) (right ? entry.row.lastChild : entry.row.firstChild).focus();
        else if (columns > 1) focusRow(rows[at + (right ? 1 : -1)], setCurrent);
    } else if (event.key === "F2" || (event.key === "Enter" && event.shiftKey)) {
        event.preventDefault();
        onChoices(entry.person);
    } else if (plain && event.key.length === 1 && /[\p{L}\p{N}/]/u.test(event.key)) {
        event.preventDefault();
        onLetter(event.key === "/" ? "" : event.key);
    }
}
