// SPDX-License-Identifier: Apache-2.0
/* Everything one can say about one person at one session, as a sheet: the four statuses, minutes, note, signature, two values to settle.
 *
 * Here:      the sheet behind a row of the roster.
 * Not here:  recording (pending.js), drawing a signature (view_sign.js).
 */
import {get, post} from "./api.js";
import {fill, h, svg} from "./dom.js";
import {busy, button, dialog, errorBox, field, linkButton} from "./parts.js";
import {allSent} from "./pending.js";
import {markValue, STATUSES, statusLabel} from "./statuses.js";
import {moment, t} from "./words.js";

const MINUTES_MAX = 1440;

/* The four, large: what stands is pressed. */
function statusButtons(person, choose) {
    return h(
        "div",
        {class: "statuses", role: "group", "aria-label": t("Attendance")},
        STATUSES.map((status) =>
            h(
                "button",
                {
                    type: "button",
                    class: "status-choice",
                    "aria-pressed": String(person.status === status),
                    dataset: {test: `status-${status}`, status},
                    on: {click: () => choose(status)},
                },
                h("span", {class: "stamp", "aria-hidden": "true"}),
                statusLabel(status),
            ),
        ),
    );
}

function whoSaid({author, device, at}) {
    return [author || t("author not named"), device, moment(at)].filter(Boolean).join(" · ");
}

function conflictPart(person, settle) {
    return (person.conflict ?? []).map((conflict) =>
        h(
            "section",
            {class: "told", dataset: {test: "conflict"}},
            h("h3", null, t("This was recorded in two ways. Which is right?")),
            h(
                "ul",
                {class: "told-values"},
                conflict.values.map((said) =>
                    h(
                        "li",
                        null,
                        h(
                            "button",
                            {
                                type: "button",
                                class: "told-value",
                                dataset: {test: "conflict-value", status: said.value},
                                on: {click: () => settle(conflict, said)},
                            },
                            h("strong", null, markValue(conflict.field, said.value)),
                            h("span", {class: "small quiet"}, whoSaid(said)),
                            said.stands && h("span", {class: "small"}, t("stands now")),
                        ),
                    ),
                ),
            ),
        ),
    );
}

async function signaturePart(place, session, person) {
    if (!person.signed) return;
    try {
        const found = await get("/api/signature", {session: session.id, person: person.id});

        fill(place, signatureDrawing(found));
    } catch {
        /* the sheet is of use without it */
    }
}

/* A signature as it was drawn. */
export function signatureDrawing(found) {
    return svg(
        "svg",
        {viewBox: `0 0 ${found.width} ${found.height}`, class: "signature", role: "img", "aria-label": t("Signature")},
        svg("path", {
            d: found.path,
            fill: "none",
            stroke: "currentColor",
            "stroke-width": Math.max(1, found.width / 160),
            "stroke-linecap": "round",
            "stroke-linejoin": "round",
        }),
    );
}

/* `record(status, {minutes, note})`; `settled()` after two values became one; `takenBack()` after the mark was. */
export function openChoices(session, person, {record, settled, takenBack}) {
    const minutes = field(
        t("Minutes"),
        h("input", {
            type: "text",
            inputmode: "numeric",
            autocomplete: "off",
            value: person.minutes ?? "",
            placeholder: session.minutes > 0 ? String(session.minutes) : "",
            dataset: {test: "minutes"},
        }),
        {help: t("Only if not the whole session.")},
    );
    const note = field(
        t("Note"),
        h("input", {type: "text", autocomplete: "off", maxlength: 500, value: person.note ?? "", dataset: {test: "note"}}),
    );
    const drawing = h("div", {class: "signature-place"});
    const wrong = h("div");
    let sheet = null;

    function choose(status) {
        const typed = minutes.input.value.trim();
        const more = {};

        if (typed !== "" && (!/^\d{1,4}$/.test(typed) || Number(typed) > MINUTES_MAX)) {
            minutes.setError(t("Minutes are a whole number from 0 to {max}.", {max: MINUTES_MAX}));
            minutes.input.focus();
            return;
        }
        if (typed !== "" && Number(typed) !== person.minutes) more.minutes = Number(typed);
        if (note.input.value.trim() !== (person.note ?? "")) more.note = note.input.value.trim();
        record(status, more);
        sheet.close();
    }
    async function settle(conflict, said) {
        try {
            await post("/api/conflicts/settle", {
                entity: conflict.entity ?? "attendance",
                row: conflict.row,
                field: conflict.field,
                how: "value",
                value: String(said.value),
            });
            sheet.close();
            settled();
        } catch (error) {
            fill(wrong, errorBox(error));
        }
    }
    async function takeBack() {
        await allSent(); /* the tap before it comes first */
        await post("/api/unmark", {session: session.id, person: person.id});
        sheet.close();
        takenBack();
    }
    const unmark = button(t("Take the mark back"), {
        kind: "quiet",
        icon: "undo",
        test: "unmark",
        onclick: () => busy(unmark, wrong, takeBack),
    });

    sheet = dialog(
        person.name,
        [
            person.organisation ? h("p", {class: "quiet"}, person.organisation) : null,
            conflictPart(person, settle),
            wrong,
            statusButtons(person, choose),
            drawing,
            linkButton(person.signed ? t("Sign again") : t("Sign"), `#/sign?session=${session.id}&person=${person.id}`, {
                icon: "pen",
                test: "sign",
            }),
            h(
                "details",
                {class: "more-of-mark", open: Boolean(person.note) || (person.minutes !== null && person.minutes !== session.minutes)},
                h("summary", null, t("Minutes and note")),
                h("div", {class: "fields"}, minutes, note),
                button(t("Save"), {kind: "primary", test: "save-mark", onclick: () => choose(person.status || "present")}),
            ),
            person.status === "" ? null : h("div", {class: "actions"}, unmark),
        ],
        [],
        {kind: "sheet", test: "choices"},
    );
    sheet.element.querySelector(person.conflict ? ".told-value" : `[data-status="${person.status || "present"}"]`)?.focus();
    sheet.element.addEventListener("click", (event) => {
        if (event.target.closest("a")) sheet.close();
    });
    signaturePart(drawing, session, person);
    return sheet;
}
