// SPDX-License-Identifier: Apache-2.0
/* One printed sheet of an attendance list, and how the rows of a day are parted into sheets.
 *
 * Here:      header, table, totals and foot of a sheet, as DOM; measuring rows and filling pages, so that "page x of y" is exact.
 * Not here:  fetching, choosing a day, printing (view_list.js); measures and lines (print.css).
 * Why        A browser breaks a long table where it likes and cannot count its pages. So every page is made here, of rows whose height was
 *            measured beforehand at the size of the paper.
 */
import {h} from "./dom.js";
import {t, tc, date} from "./words.js";
import {dateSpan, drawing, wordOf} from "./desk.js";

export const BLANK_ROWS = 5;
const FINGERPRINT_SHOWN = 16; /* hex digits: enough to tell a file from any other, short enough to read aloud */
const PARTICIPANT = "participant";

/* What stands in a cell for a status. The legend of a sheet tells them. */
const marks =
    () => [["present", "✓"], ["late", tc("mark on a printed list", "L")], ["absent", "–"], ["excused", tc("mark on a printed list", "E")]];

/* One letter, so that whoever recounts the sums finds it in every row. */
const sexes =
    () => ({F: tc("sex on a printed list", "F"), M: tc("sex on a printed list", "M"), other: tc("sex on a printed list", "X")});

const isParticipant = ({role}) => !role || role === PARTICIPANT;
const attended = ({statuses}) => (statuses ?? []).some((word) => word === "present" || word === "late");

/* The part of the pad that was written on: a small hand is to be read on paper, too. A dot is not blown up to a blot. */
const PEN_MARGIN = 12, PAD_SHARE_MIN = .3;
function written({width, height, path}) {
    const numbers = (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
    const span = (values, whole) => {
        const low = Math.min(...values), high = Math.max(...values);
        const size = Math.max(high - low + 2 * PEN_MARGIN, whole * PAD_SHARE_MIN);
        return [(low + high - size) / 2, size];
    };
    const [x, w] = span(numbers.filter((_, i) => i % 2 === 0), width);
    const [y, h] = span(numbers.filter((_, i) => i % 2 === 1), height);
    return [x, y, w, h].join(" ");
}

function signatureOf(person) {
    const drawn = drawing(person.signature, t("signed"));

    drawn.setAttribute("viewBox", written(person.signature));
    return drawn;
}

/* "09:00–10:30" */
function hoursOf({starts_at: begins, minutes}) {
    const [, hours, rest] = /^(\d\d):(\d\d)$/.exec(begins ?? "") ?? [];

    if (!hours || !(minutes > 0)) return begins ?? "";
    const end = (Number(hours) * 60 + Number(rest) + minutes) % 1440;
    const two = (n) => String(n).padStart(2, "0");
    return `${begins}–${two(Math.floor(end / 60))}:${two(end % 60)}`;
}

const fact = (label, value) => (value ? h("div", {class: "sheet-fact"}, h("dt", {}, label), h("dd", {}, value)) : null);

function head(list, day) {
    const {programme, activity} = list;
    return h("header", {class: "sheet-head"},
        h("div", {class: "sheet-donor"}, h("strong", {}, programme.name || ""),
            programme.donor ? h("span", {}, t("Donor: {donor}", {donor: programme.donor})) : null,
            programme.contract_no ? h("span", {}, t("Contract no. {number}", {number: programme.contract_no})) : null),
        h("div", {class: "sheet-title"}, h("h2", {}, t("Attendance list")), h("strong", {}, date(day.date))),
        h("dl", {class: "sheet-facts"}, fact(t("Activity"), [activity.code, activity.title].filter(Boolean).join(" · ")),
            fact(t("Kind"), activity.kind_label || wordOf("activity", "kind", activity.kind)),
            fact(t("Dates of the activity"), dateSpan(activity.starts_on, activity.ends_on)),
            fact(t("Place"), day.online ? t("online") : list.municipality), fact(t("Organiser"), list.organisers.join(", ")),
            fact(t("Trainers"), list.trainers.join(", "))));
}

/* A session as the head of its column: its number; its title stands in the legend below. */
function columns(list, day) {
    const last = day.online ? [["minutes", t("Minutes")]] : [["signature", t("Signature")]];
    return [["no", t("No.")], ["name", t("Name")], ["sex", tc("person", "Sex")], ["organisation", t("Organisation")],
        ["position", t("Position")], ["municipality", t("Municipality")], ["contact", t("Contact")],
        ...day.sessions.map((session, i) => ["status", session.starts_at || String(i + 1)]), ...last];
}

function table(list, day, blank) {
    const all = columns(list, day);
    return h("table", {
        class: ["sheet-table", blank && "sheet-blank", day.sessions.length > 3 && "sheet-many", day.sessions.length > 7 && "sheet-most"]
    }, h("colgroup", {}, ...all.map(([name]) => h("col", {class: `col-${name}`}))),
        h("thead", {}, h("tr", {}, ...all.map(([name, label]) => h("th", {scope: "col", class: `col-${name}`}, label)))), h("tbody", {}));
}

const cell = (name, ...inside) => h("td", {class: `col-${name}`}, h("div", {class: "sheet-cell"}, ...inside));

function row(list, day, person, number, blank) {
    const drawn = person.signature && !blank ? signatureOf(person) : null;
    const role = isParticipant(person) ? null : h("em", {}, wordOf("enrolment", "role", person.role));
    const signs = marks();
    const status = (word) => signs.find(([name]) => name === word)?.[1] ?? "";
    return h("tr", {}, cell("no", String(number)), cell("name", person.name ?? "", role), cell("sex", sexes()[person.sex] ?? ""),
        cell("organisation", person.organisation ?? ""),
        cell("position", person.position ?? ""), cell("municipality", person.municipality ?? ""), cell("contact", person.contact ?? ""),
        ...day.sessions.map((session, i) => cell("status", blank ? "" : status(person.statuses?.[i]))),
        day.online ? cell("minutes", !blank && person.minutes > 0 ? String(person.minutes) : "") : cell("signature", drawn));
}

/* What is counted and what is not, so that the sums and the rows of the sheet agree. */
function totals(day, blank) {
    const {F, M, other, unknown, total} = day.totals;
    const others = day.people.filter((person) => !isParticipant(person));
    const signed = day.people.filter((person) => isParticipant(person) && attended(person) && person.signature).length;
    const count = (n) => (blank ? "____" : String(n));
    const sum = (label, n) => h("div", {}, h("dt", {}, label), h("dd", {}, count(n)));

    return h("div", {class: "sheet-totals"}, h("b", {}, t("Participants who attended:")),
        h("dl", {}, sum(t("Women"), F), sum(t("Men"), M), sum(t("Other or not disclosed"), other + unknown), sum(t("All together"), total),
            day.online ? null : sum(t("Signed"), signed)),
        others.length > 0
            ? h("dl", {}, sum(t("Others who attended (trainers, organisers)"), others.filter(attended).length))
            : null, h("dl", {}, sum(t("Names on this list"), day.people.length)));
}

const line = (label) => h("div", {class: "sheet-line"}, h("span", {}, label));

/* What ends a day: sums, what the marks mean, who vouches for it. */
function ending(list, day, blank) {
    const organiser = list.organisers.join(", ");
    const reports = day.sessions.map((session) => session.evidence).filter(Boolean).map((whole) => whole.slice(0, FINGERPRINT_SHOWN));
    const declared = day.online
        ? h("p", {class: "sheet-declaration"}, h("b", {}, t("Organiser's declaration")),
            t("I declare that the people listed here took part online on {date}, for the minutes that the report of the meeting shows.", {
                date: date(day.date)
            }), reports.length > 0 ? h("span", {}, t("Report, SHA-256: {fingerprint}…", {fingerprint: reports.join("…, ")})) : null)
        : null;
    return h("div", {class: "sheet-ending"}, totals(day, blank),
        h("p", {class: "sheet-legend"},
            ...day.sessions.map((session) =>
                h("span", {}, h("b", {}, hoursOf(session) || session.code), ` ${session.title || session.code}`)
            ), ...marks().map(([word, sign]) => h("span", {}, h("b", {}, sign), ` ${wordOf("attendance", "status", word)}`))), declared,
        h("div", {class: "sheet-lines"}, line(organiser ? t("Organiser: {name}", {name: organiser}) : t("Organiser, name")),
            line(t("Signature")), line(t("Date")), h("div", {class: "sheet-stamp"}, t("Stamp"))));
}

const foot = (page, pages) =>
    h("footer", {class: "sheet-foot"},
        h("span", {},
            h("span", {}, t("This list proves the activity to the donor and its auditors. It is kept as long as the contract asks.")),
            h("span", {}, t("Everybody listed may see, correct or withdraw their data: ask the organiser."))),
        h("b", {}, t("Page {page} of {pages}", {page, pages})));

function sheet(list, day, ...inside) {
    return h("section", {class: day.online ? "sheet sheet-online" : "sheet", "aria-label": date(day.date)}, head(list, day), ...inside);
}

/* How many rows go on each page: every page takes what fits; the last leaves room for the ending. A row is never parted. */
export function partRows(heights, room, endingHeight) {
    const pages = [];
    let page = [], used = 0;
    heights.forEach((height, i) => {
        if (page.length > 0 && used + height > room) {
            pages.push(page);
            page = [];
            used = 0;
        }
        page.push(i);
        used += height;
    });
    if (used + endingHeight > room && page.length > 1) {
        pages.push(page.slice(0, -1)); /* a row goes along, so that a signature below never stands on a page without names */
        page = page.slice(-1);
    }
    pages.push(page);
    return pages;
}

/* The sheets of one day. `place` is an element in the document where measuring may happen. */
export function sheetsOfDay(list, day, blank, place) {
    const listed = [...day.people.filter(isParticipant), ...day.people.filter((person) => !isParticipant(person))];
    const people = blank ? [...listed, ...Array.from({length: BLANK_ROWS}, () => ({statuses: []}))] : listed;
    const rows = people.map((person, i) => row(list, day, person, i + 1, blank));
    const probe = table(list, day, blank);
    const last = ending(list, day, blank);
    const bottom = foot(1, 1);
    const measured = sheet(list, day, probe, last, bottom);
    probe.tBodies[0].append(...rows);
    place.append(measured);
    const height = (element) => element.getBoundingClientRect().height;
    const top = probe.tBodies[0].getBoundingClientRect().top - measured.getBoundingClientRect().top;
    const style = getComputedStyle(measured);
    const room = measured.clientHeight - top - height(bottom) - parseFloat(style.paddingBottom) - 2;
    const pages = partRows(rows.map(height), room, height(last) + parseFloat(getComputedStyle(last).marginTop));
    measured.remove();
    return pages.map((part, i) => {
        const shown = table(list, day, blank);
        shown.tBodies[0].append(...part.map((n) => rows[n]));
        const ends = i === pages.length - 1 ? ending(list, day, blank) : null;
        return sheet(list, day, part.length > 0 ? shown : null, ends, foot(i + 1, pages.length));
    });
}
