// SPDX-License-Identifier: Apache-2.0
/* The attendance list to print: a preview of the sheets, which day, and a list to sign with a pen.
 *
 * Here:      choosing, showing the sheets at the width of the screen, the browser's print.
 * Not here:  what stands on a sheet and where it ends (list_sheet.js), its measures (print.css).
 */
import {get} from "./api.js";
import {fill, h, say} from "./dom.js";
import {schema, viewRoot} from "./desk.js";
import {sheetsOfDay} from "./list_sheet.js";
import {button, emptyState, field, linkButton, viewHead} from "./parts.js";
import {date, t, tn} from "./words.js";

const SHEET_PIXELS = (297 / 25.4) * 96; /* A4 across, in CSS pixels */
const ZOOM_MIN = 0.45; /* smaller, nobody reads it: the preview scrolls then */

function makeSheets(list, day, blank) {
    const place = h("div", {class: "sheet-measure", "aria-hidden": "true"});

    document.body.append(place);
    try {
        return list.days.filter((one) => day === "" || one.date === day).flatMap((one) => sheetsOfDay(list, one, blank, place));
    } finally {
        place.remove();
    }
}

function dayField(list, day, change) {
    const select = h("select", {on: {change: () => change(select.value)}, dataset: {test: "list-day"}},
        h("option", {value: "", selected: day === ""}, t("All days")),
        list.days.map((one) => h("option", {value: one.date, selected: one.date === day}, date(one.date, "long"))));

    return field(t("Day"), select);
}

/* As wide as there is room, never so small that nobody reads it. */
function fitTo(sheets) {
    const observer = new ResizeObserver(([entry]) => {
        const room = entry.contentRect.width - 4;
        sheets.style.setProperty("--sheet-zoom", String(Math.min(1, Math.max(ZOOM_MIN, room / SHEET_PIXELS)).toFixed(3)));
    });

    observer.observe(sheets.parentElement);
    return observer;
}

function nothingToPrint(list, activity) {
    return list.days.length === 0
        ? emptyState(t("This activity has no sessions yet, so there is no list to print."),
            linkButton(t("Add a session"), `#/activity?id=${encodeURIComponent(activity)}`, {kind: "primary"}), "print")
        : null;
}

/* The list; online sessions with the fingerprint of the report that their minutes came from, so that an auditor can tell the file. */
async function readList(activity) {
    const list = await get("/api/list", {activity});
    const online = list.days.filter((one) => one.online).flatMap((one) => one.sessions);

    await Promise.all(online.map(async (session) => {
        session.evidence = (await get("/api/row", {entity: "session", id: session.code})).values.evidence ?? "";
    }));
    return list;
}

export async function open({activity, day = ""}) {
    await schema();
    let list = await readList(activity);
    const chosen = {day: list.days.some((one) => one.date === day) ? day : "", blank: false};
    const sheets = h("div", {class: "sheets", tabindex: "0", role: "region", "aria-label": t("The sheets as they will be printed")});
    const told = h("p", {class: "list-told", role: "status"});
    const frame = h("div", {class: "sheets-frame"}, sheets);
    const show = () => {
        const made = makeSheets(list, chosen.day, chosen.blank);
        fill(sheets, made);
        say(told, tn("{n} sheet of A4, landscape", "{n} sheets of A4, landscape", made.length));
    };
    const blank = h("input", {type: "checkbox", dataset: {test: "list-blank"}, on: {change: () => {
        chosen.blank = blank.checked;
        show();
    }}});
    const tools = h("div", {class: "list-tools"}, dayField(list, chosen.day, (picked) => {
        chosen.day = picked;
        show();
    }), h("label", {class: "check"}, blank, h("span", {}, t("Empty list, to sign with a pen"))),
        button(t("Print"), {kind: "primary", icon: "print", test: "print", onclick: () => window.print()}));
    const element = viewRoot("list",
        viewHead(t("Attendance list"), {back: {href: `#/activity?id=${encodeURIComponent(activity)}`, label: t("Activity")},
            about: list.activity.title}),
        list.days.length > 0 && (!list.programme.donor || !list.programme.contract_no)
            ? h("p", {class: "note-box", dataset: {test: "list-lacks"}},
                t("Donors ask for their name and the contract no. on this list. Add them to the programme."), " ",
                h("a", {href: "#/plan"}, t("Open the plan")))
            : null, nothingToPrint(list, activity) ?? [tools, told, frame]);
    const observer = fitTo(sheets);

    show();
    return {element, refresh: async () => {
        list = await readList(activity);
        show();
    }, close: () => observer.disconnect()};
}
