// SPDX-License-Identifier: Apache-2.0
/* Who holds the tablet: handing it over, locking it, opening it again.
 *
 * Here:      the staff to choose from, PINs, the lock screen, the language for whoever comes next.
 * Not here:  when it locks by itself (main.js), what a PIN is worth (agent/app/holder.h).
 * Rule       The lock screen names nobody. Who is not the last holder types their own name.
 */
import {get, post} from "./api.js";
import {fill, h} from "./dom.js";
import {fold, hayOf, matches, needlesOf} from "./fold.js";
import {icon} from "./icons.js";
import {busy, button, dialog, errorBox, field, toast, viewHead} from "./parts.js";
import {roleLabel} from "./statuses.js";
import {language, LANGUAGES, t} from "./words.js";

function pinField(label) {
    return field(
        label,
        h("input", {type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 12, class: "pin", dataset: {test: "pin"}}),
    );
}

/* Shows the page in the language at once; the tablet keeps it where it may. */
export async function setLanguageOfTablet(shell, chosen) {
    if (!(await shell.useLanguage(chosen))) {
        toast(t("These words could not be loaded. Try again."));
        return;
    }
    try {
        await post("/api/settings", {language: chosen});
    } catch {
        /* locked: this page speaks it until it is opened, whoever opens it may keep it */
    }
}

/* small: a globe and the language's two letters, for a head where there is little room. */
export function languageChoice(shell, {small = false} = {}) {
    const choice = h(
        "select",
        {"aria-label": t("Language"), dataset: {test: "language"}, on: {change: (event) => setLanguageOfTablet(shell, event.target.value)}},
        LANGUAGES.map((one) => h("option", {value: one.language, lang: one.language, selected: one.language === language()}, one.name)),
    );

    return h(
        "span",
        {class: ["language", small && "language-small"]},
        icon("globe"),
        small && h("span", {"aria-hidden": "true"}, LANGUAGES.find((one) => one.language === language()).letters),
        choice,
    );
}

function staffRow(person, current, choose) {
    return h(
        "li",
        {dataset: {hay: hayOf(person.name, person.ref)}},
        h(
            "button",
            {
                type: "button",
                class: "list-row",
                "aria-pressed": String(person.id === current),
                dataset: {test: "staff", person: person.id},
                on: {click: () => choose(person)},
            },
            icon(person.id === current ? "check" : "person"),
            h(
                "span",
                {class: "list-words"},
                h("span", {class: "list-name"}, person.name),
                h("span", {class: "list-about"}, roleLabel(person.role)),
            ),
            person.pin && icon("lock"),
            person.pin && h("span", {class: "visually-hidden"}, t("has a PIN")),
        ),
    );
}

/* PIN, when the person has one. Shown until it is right or given up. */
function takeOver(shell, person, wrong) {
    const hand = async (pin) => {
        await post("/api/holder", {person: person.id, ...(pin && {pin})});
        await shell.changed();
        toast(person.id ? t("{name} holds the tablet now.", {name: person.name}) : t("Nobody is named as holding the tablet."));
        shell.go("#/today");
    };

    if (!person.pin) {
        hand("").catch((error) => fill(wrong, errorBox(error)));
        return;
    }
    const pin = pinField(t("PIN of {name}", {name: person.name}));
    const asked = dialog(
        t("Hand over"),
        pin,
        [{label: t("Hand over"), kind: "primary", test: "hand-over", run: () => hand(pin.input.value)}],
        {test: "pin-dialog"},
    );
    submitByEnter(pin.input, asked.element.querySelector(".button-primary"));
    pin.input.focus();
}

function submitByEnter(input, pressed) {
    input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
            event.preventDefault();
            pressed.click();
        }
    });
}

export async function open(params, shell) {
    const {people} = await get("/api/staff");
    const current = shell.state?.holder?.id ?? "";
    const wrong = h("div");
    const list = h(
        "ul",
        {class: "list staff"},
        people.map((person) => staffRow(person, current, (one) => takeOver(shell, one, wrong))),
    );
    const none = h("p", {class: "quiet", hidden: true}, t("Nobody by that name."));
    const search = h("input", {
        type: "search",
        placeholder: t("Find a name"),
        "aria-label": t("Find a name"),
        autocomplete: "off",
        dataset: {test: "staff-filter"},
        on: {
            input: () => {
                const needles = needlesOf(search.value);
                let left = 0;
                for (const row of list.children) {
                    row.hidden = !matches(row.dataset.hay, needles);
                    left += row.hidden ? 0 : 1;
                }
                none.hidden = left > 0;
            },
        },
    });
    const lock = button(t("Lock now"), {icon: "lock", test: "lock", onclick: () => shell.lock()});
    const nobody = current
        ? button(t("Nobody holds it"), {
              kind: "quiet",
              test: "nobody",
              onclick: () => takeOver(shell, {id: "", name: "", pin: false}, wrong),
          })
        : null;

    return {
        element: h(
            "section",
            {class: "view view-holder"},
            viewHead(t("Who holds the tablet?"), {about: t("What is recorded carries the name of whoever holds it."), actions: [lock]}),
            people.length > 8 ? search : null,
            wrong,
            list,
            none,
            h("div", {class: "actions"}, nobody, languageChoice(shell)),
        ),
    };
}

/* The person whose name was typed: every part of it, in any order and script. */
function whoTyped(people, typed) {
    const parts = (text) => fold(text).split(" ").sort().join(" ");
    const found = people.filter((person) => parts(person.name) === parts(typed) || fold(person.ref) === fold(typed));

    return found.length === 1 ? found[0] : null;
}

/* The screen of a locked tablet. */
export async function openLock(shell) {
    const pin = pinField(t("PIN"));
    const name = field(
        t("Your first and last name"),
        h("input", {
            type: "text",
            autocomplete: "off",
            spellcheck: "false",
            dataset: {test: "lock-name"},
            on: {input: () => name.setError("")},
        }),
    );
    const wrong = h("div");
    const unlock = button(t("Unlock"), {kind: "primary", type: "submit", icon: "lock", test: "unlock"});
    const other = button(t("Somebody else takes over"), {kind: "quiet", test: "somebody-else", onclick: () => asOther(true)});
    let another = false;

    function asOther(yes) {
        another = yes;
        name.hidden = !yes;
        pin.hidden = !yes && !shell.state?.lock.pin;
        other.hidden = yes;
        (yes ? name : pin).input.focus();
    }
    async function submit(event) {
        event.preventDefault();
        const sent = pin.input.value;

        await busy(unlock, wrong, async () => {
            const body = sent && !pin.hidden ? {pin: sent} : {};

            name.setError("");
            if (another) {
                const who = whoTyped((await get("/api/staff")).people, name.input.value);
                if (!who) {
                    name.setError(t("Nobody of the staff has exactly this name. Write it as it stands on the list."));
                    return;
                }
                body.person = who.id;
            }
            await post("/api/unlock", body);
            await shell.changed();
        });
        if (pin.input.value === sent) pin.input.value = ""; /* not what was typed since */
    }

    /* Whether there is a PIN may have changed just before. */
    function refresh() {
        if (!another) pin.hidden = !shell.state?.lock.pin;
    }

    name.hidden = true;
    refresh();
    return {
        refresh,
        element: h(
            "section",
            {class: "view view-lock", dataset: {test: "locked"}},
            icon("lock"),
            h("h1", {tabindex: "-1"}, t("This tablet is locked")),
            h("p", {class: "quiet"}, t("Everything recorded so far is kept.")),
            h("form", {class: "lock-form", novalidate: true, on: {submit}}, name, pin, wrong, unlock, other),
            languageChoice(shell),
        ),
    };
}
