// SPDX-License-Identifier: Apache-2.0
/* One person of a webinar report, and who that is here: sure by itself, or decided by somebody.
 *
 * Not here:  the report as a whole (view_webinar.js), how people are matched (the agent).
 */
import {fill, freshId, h, say} from "./dom.js";
import {button, dialog, field} from "./parts.js";
import {aboutPerson, makeSearch} from "./person_search.js";
import {t, time, tn} from "./words.js";

/* Somebody the tablet knows whom the agent did not think of. Gives the person or null. */
async function findSomebody(name) {
    const search = makeSearch("somebody-find",
        (person) => button(t("This one"), {test: "somebody-pick", hint: person.name, onclick: () => shown.close(person)}));
    const shown = dialog(t("Who is {name}?", {name}), [field(t("Type a name"), search.input), search.results], [], {test: "somebody"});

    search.input.focus();
    return shown.closed;
}

/* The time of day here. */
function clock(at) {
    const when = new Date(at);

    return Number.isNaN(when.getTime()) ? "" : time(when.toTimeString().slice(0, 5));
}

function headOf(person) {
    const spoken = [person.email, person.joins > 1 ? tn("joined {n} time", "joined {n} times", person.joins) : "",
        person.first ? t("{from} to {to}", {from: clock(person.first), to: clock(person.last)}) : ""];

    return h("div", {class: "attendee-head"},
        h("div", {class: "line-words"}, h("strong", {dataset: {test: "attendee-name"}}, person.name),
            h("span", {class: "line-about"}, spoken.filter(Boolean).join(" · "))),
        h("span", {class: "attendee-minutes", dataset: {test: "attendee-minutes"}}, tn("{n} minute", "{n} minutes", person.minutes)));
}

function pickRow(name, value, title, about, chosen, test) {
    const radio = h("input", {type: "radio", name, value, checked: chosen, dataset: {test}});

    return h("label", {class: "pick"}, radio,
        h("span", {class: "pick-words"}, h("span", null, title), about ? h("small", null, about) : null));
}

const because = (candidate) => [aboutPerson(candidate), candidate.reasons?.join(", ")].filter(Boolean).join(" — ");

/* match first, each person once */
function candidatesOf(person) {
    const all = [person.match, ...person.candidates].filter(Boolean);

    return all.filter((one, i) => all.findIndex(({id}) => id === one.id) === i);
}

function recordedNote(person) {
    const notes = {same: t("Recorded already, just so."), other: t("Something else is recorded; this replaces it.")};

    return notes[person.recorded] ? h("p", {class: "small quiet", dataset: {test: "attendee-recorded"}}, notes[person.recorded]) : null;
}

/* {element, decision(), askToDecide()}; decision() is null while nobody decided. */
export function attendeeCard(person, changed) {
    const name = freshId("who");
    const candidates = candidatesOf(person);
    const told = h("p", {class: "field-error", role: "alert"});
    const place = h("div", {});
    let decided = person.match?.sure ? {key: person.key, person: person.match.id} : null;
    const element = h("li", {class: "card attendee", dataset: {test: "attendee", key: person.key}}, headOf(person), place, told,
        recordedNote(person));
    const decide = (decision) => {
        decided = decision;
        element.classList.toggle("is-open", decided === null);
        say(told, "");
        changed();
    };
    const somebodyElse = async () => {
        const found = await findSomebody(person.name);
        if (!found) return;
        if (!candidates.some(({id}) => id === found.id)) candidates.push(found);
        decide({key: person.key, person: found.id});
        showChoices();
    };
    const showChoices = () => {
        const others = [["fresh", t("A new person"), t("not known on this tablet yet")], ["leave", t("Leave out"),
            t("nothing is recorded")]];
        const rows = [...candidates.map((one) => pickRow(name, one.id, one.name, because(one), decided?.person === one.id, "pick-person")),
            ...others.map(([what, title, about]) => pickRow(name, what, title, about, Boolean(decided?.[what]), `pick-${what}`))];
        const choices = h("fieldset", {class: "attendee-choices"},
            h("legend", {class: "visually-hidden"}, t("Who is {name}?", {name: person.name})), rows,
            h("div", {}, button(t("Somebody else"), {kind: "quiet", icon: "search", test: "pick-somebody", onclick: somebodyElse})));

        choices.addEventListener("change",
            ({target}) =>
                decide(
                    target.value === "fresh" || target.value === "leave"
                        ? {key: person.key, [target.value]: true}
                        : {key: person.key, person: target.value}
                ));
        fill(place, choices);
    };
    const showSure = () =>
        fill(place,
            h("div", {class: "part-head"},
                h("div", {class: "line-words"}, h("span", {dataset: {test: "attendee-match"}}, person.match.name),
                    h("span", {class: "line-about"}, because(person.match))),
                button(t("Not this person?"), {kind: "quiet", test: "attendee-change", onclick: () => {
                    showChoices();
                    place.querySelector("input")?.focus();
                }})));

    if (decided) showSure();
    else showChoices();
    element.classList.toggle("is-open", decided === null);
    return {element, decision: () => decided, askToDecide: () => {
        say(told, t("Please choose who this is, or leave the entry out."));
        element.closest("details")?.setAttribute("open", "");
        place.querySelector("input")?.focus();
        element.scrollIntoView({block: "center"});
    }};
}
