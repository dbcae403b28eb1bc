// SPDX-License-Identifier: Apache-2.0
/* Somebody at the door who is not on the list: a name is enough, and nobody is written down twice.
 *
 * Here:      the short form, "Is it one of these?" while one types and before it is saved.
 * Not here:  who is alike (the agent's matching tells, with reasons).
 * Promise    What was typed stays until it is recorded.
 */
import {get, post} from "./api.js";
import {fill, h} from "./dom.js";
import {editRow} from "./form.js";
import {icon} from "./icons.js";
import {busy, button, dialog, field, viewHead} from "./parts.js";
import {statusLabel} from "./statuses.js";
import {t, tc} from "./words.js";

const PAUSE_MS = 350;
const NAME_LETTERS_MIN = 3;

function choiceOf(name, label, choices) {
    return h(
        "fieldset",
        {class: "field"},
        h("legend", {class: "field-label"}, label),
        h(
            "div",
            {class: "choice"},
            choices.map(([value, words]) =>
                h("label", null, h("input", {type: "radio", name, value, dataset: {test: `${name}-${value}`}}), words),
            ),
        ),
    );
}

/* Where somebody is at home: most are of the municipality where the activity is. */
function municipalityField(municipalities, here) {
    const known = municipalities.some((one) => one.name === here);
    const select = h(
        "select",
        {name: "municipality", dataset: {test: "municipality"}},
        known ? null : h("option", {value: ""}, here || "–"),
        municipalities.map((one) => h("option", {value: one.id, selected: one.name === here}, one.name)),
    );

    return field(t("Municipality"), select);
}

/* organisations: those of the people on the list, offered while one types. */
function makeForm(name, organisations, municipality) {
    const offered = h(
        "datalist",
        {id: "organisations"},
        organisations.map((one) => h("option", {value: one})),
    );
    const text = (key, label, more = {}, help = "") =>
        field(label, h("input", {type: "text", name: key, autocomplete: "off", maxlength: 200, dataset: {test: key}, ...more}), {help});
    const fields = {
        full_name: text("full_name", t("First and last name"), {
            value: name,
            autocapitalize: "words",
            spellcheck: "false",
            required: true,
            "data-autofocus": "",
        }),
        organisation: text("organisation", t("School or organisation"), {list: offered.id}),
        phone: text("phone", t("Phone"), {type: "tel", inputmode: "tel"}),
        position: text("position", t("Position"), {}),
        email: text("email", t("E-mail"), {type: "email", inputmode: "email", autocapitalize: "off"}),
        birth_year: text("birth_year", t("Year of birth"), {inputmode: "numeric", maxlength: 4}),
    };
    const sex = choiceOf("sex", tc("person", "Sex"), [
        ["F", tc("sex", "Female")],
        ["M", tc("sex", "Male")],
        ["other", tc("sex", "Other")],
    ]);
    const more = h(
        "details",
        {class: "more-fields"},
        h("summary", null, t("More about this person")),
        h("div", {class: "fields"}, municipality, fields.position, fields.email, fields.birth_year),
    );
    const element = h(
        "div",
        {class: "fields"},
        h("div", {class: "fields-wide"}, fields.full_name),
        sex,
        fields.organisation,
        offered,
        fields.phone,
        h("div", {class: "fields-wide"}, more),
    );

    return {
        element,
        fields,
        more,
        values() {
            const found = {};

            for (const input of element.querySelectorAll("input, select")) {
                const value = input.value.trim();
                if (value !== "" && (input.type !== "radio" || input.checked))
                    found[input.name] = input.name === "birth_year" && /^\d{4}$/.test(value) ? Number(value) : value;
            }
            return found;
        },
    };
}

function candidate(one, choose) {
    return h(
        "li",
        null,
        h(
            "button",
            {type: "button", class: "list-row candidate", dataset: {test: "candidate", person: one.id}, on: {click: () => choose(one)}},
            icon("person"),
            h(
                "span",
                {class: "list-words"},
                h("span", {class: "list-name"}, one.name),
                h("span", {class: "list-about"}, [one.organisation, one.municipality, one.birth_year].filter(Boolean).join(" · ")),
                h(
                    "span",
                    {class: "reasons"},
                    (one.reasons ?? []).map((reason) => h("span", {class: "reason"}, reason)),
                ),
            ),
            h("span", {class: "candidate-take"}, one.on_roster ? t("On the list already") : t("This one")),
        ),
    );
}

/* Asks who is alike; an answer that was overtaken by more letters is not shown. */
function makeSimilar(session, form, take) {
    const place = h("div", {class: "similar fields-wide", "aria-live": "polite"});
    let asked = 0;
    let timer = 0;
    let known = [];

    /* Under the field that one is typing in, so that it is seen above the keyboard. */
    function stand() {
        const typing = document.activeElement?.closest(".walk-in .field");
        const under = [form.fields.phone, form.fields.email].find((one) => one === typing) ?? form.fields.full_name.parentElement;

        if (under.nextElementSibling !== place) under.after(place);
        if (typing?.contains(document.activeElement)) typing.scrollIntoView({block: "start"});
    }
    function draw() {
        if (known.length > 0) stand();
        fill(
            place,
            known.length === 0
                ? null
                : [
                      h("h2", {class: "part-title"}, t("Is it one of these?")),
                      h(
                          "ul",
                          {class: "list"},
                          known.map((one) => candidate(one, take)),
                      ),
                  ],
        );
    }
    async function ask() {
        const mine = ++asked;
        const values = form.values();

        clearTimeout(timer);
        if ((values.full_name ?? "").length < NAME_LETTERS_MIN) {
            known = [];
            draw();
            return known;
        }
        delete values.sex;
        delete values.position;
        delete values.municipality; /* nobody said it: it is a guess */
        if (typeof values.birth_year === "string") delete values.birth_year;
        const answer = await post("/api/people/similar", {...values, session});
        if (mine === asked && JSON.stringify(known) !== JSON.stringify(answer.candidates)) {
            known = answer.candidates;
            draw();
        }
        return answer.candidates;
    }
    return {
        element: place,
        ask,
        later() {
            clearTimeout(timer);
            timer = setTimeout(
                () =>
                    ask().catch(() => {
                        /* saving asks once more and tells */
                    }),
                PAUSE_MS,
            );
        },
        stop: () => clearTimeout(timer),
    };
}

/* Recorded all the same: whoever typed it may look once more, while the person is still at the table. */
async function tellOddities(shell, person, notes) {
    const told = dialog(
        person.name,
        [h("p", null, t("Recorded. Please look once more:")), h("ul", {class: "bullets"}, notes.map((one) => h("li", null, one)))],
        [
            {label: t("Correct it"), kind: "primary", icon: "pen", value: "correct", test: "notes-correct"},
            {label: t("It is right"), value: "right", test: "notes-right"},
        ],
        {test: "notes"},
    );

    if ((await told.closed) === "correct") await editRow(shell, "person", person.id, person.name);
}

export async function open({session: id}, shell) {
    const [{session, people}, {rows}] = await Promise.all([
        get("/api/roster", {session: id}),
        get("/api/rows", {entity: "municipality"}),
    ]);
    const back = `#/roster?session=${id}`;
    const form = makeForm(
        shell.memory.get("walk-in name") ?? "",
        [...new Set(people.map((one) => one.organisation).filter(Boolean))],
        municipalityField(rows, session.municipality),
    );
    const wrong = h("div");
    const similar = makeSimilar(id, form, take);
    const save = button(t("Add and mark as present"), {kind: "primary", type: "submit", icon: "check", test: "save"});
    const fresh = button(t("No, this is a new person"), {
        kind: "primary",
        test: "new-person",
        icon: "add_person",
        onclick: () => record({...form.values()}, fresh),
    });
    let asked = ""; /* what was typed when "is it one of these?" was shown: the second "save" means no */

    shell.memory.delete("walk-in name");

    async function record(body, pressed) {
        await busy(pressed, wrong, async () => {
            const answer = await post("/api/walk-in", {...body, session: id, status: "present"});

            shell.memory.set(
                `last ${id}`,
                [
                    t("{name} – {status}", {name: answer.person.name, status: statusLabel(answer.person.status)}),
                    ...(answer.notes ?? []),
                ].join(" "),
            );
            shell.memory.delete(`roster ${id}`);
            shell.changed();
            if (!body.person && answer.notes?.length > 0) await tellOddities(shell, answer.person, answer.notes);
            shell.go(back);
        });
    }
    function take(one) {
        record({person: one.id}, save);
    }
    async function submit(event) {
        const values = form.values();

        event.preventDefault();
        form.fields.full_name.setError(values.full_name ? "" : t("Write a name."));
        form.fields.birth_year.setError(
            !("birth_year" in values) || typeof values.birth_year === "number" ? "" : t("A year has four digits, such as 1986."),
        );
        if (!values.full_name) {
            form.fields.full_name.input.focus();
            return;
        }
        if ("birth_year" in values && typeof values.birth_year !== "number") {
            form.more.open = true;
            form.fields.birth_year.input.focus();
            return;
        }
        await busy(save, wrong, async () => {
            const found = await similar.ask();

            if (found.length > 0 && asked !== JSON.stringify(values)) {
                asked = JSON.stringify(values);
                askWhich();
                return;
            }
            await record(values, save);
        });
    }
    function askWhich() {
        fresh.hidden = false;
        save.hidden = true;
        similar.element.querySelector("button")?.focus();
        similar.element.scrollIntoView({block: "nearest"});
    }
    function typed() {
        fresh.hidden = true;
        save.hidden = false;
        similar.later();
    }

    form.element.firstChild.after(similar.element);
    fresh.hidden = true;
    const element = h(
        "section",
        {class: "view view-walk-in"},
        viewHead(t("Walk-in"), {
            back: {href: back, label: t("Attendance")},
            about: [session.title || session.code, session.activity?.title].filter(Boolean).join(" · "),
        }),
        h(
            "form",
            {class: "walk-in", novalidate: true, on: {submit, input: typed}},
            form.element,
            wrong,
            h("div", {class: "actions form-actions"}, save, fresh),
        ),
    );
    if (form.fields.full_name.input.value) similar.later();
    return {element, close: similar.stop};
}
