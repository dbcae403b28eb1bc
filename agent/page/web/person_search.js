// SPDX-License-Identifier: Apache-2.0
/* Finding somebody the tablet knows, as one types, in either script.
 *
 * Here:      the search box's questions, the answers as lines, what a line says of a person.
 * Not here:  what is done with who was found (views), "is it one of these?" (the agent's likeness).
 */
import {post} from "./api.js";
import {fill, h, say} from "./dom.js";
import {errorBox} from "./parts.js";
import {t, tn} from "./words.js";

const ASK_AFTER_MS = 200;

export const aboutPerson = (person) => [person.organisation, person.municipality, person.ref].filter(Boolean).join(" · ");

/* Name above, the rest below; each of `about` a line. */
export function lineWords(name, ...about) {
    return h("div", {class: "line-words"}, h("span", {class: "line-name"}, name),
        about.filter(Boolean).map((text) => h("span", {class: "line-about"}, text)));
}

/* A person in a list; `action`: what can be done with them. */
export function personLine(person, action, ...about) {
    return h("li", {class: "line"}, lineWords(person.name, aboutPerson(person), ...about), action);
}

/* {input, results: the nodes below it, clear()}; `actionOf(person)` stands beside everybody found. */
export function makeSearch(test, actionOf) {
    const input = h("input", {type: "search", autocomplete: "off", dataset: {test}});
    const list = h("ul", {class: "lines"});
    const outcome = h("p", {class: "outcome", role: "status"});
    let timer = 0;
    let asked = 0;
    const show = (people, text) => {
        fill(list, people.map((person) => personLine(person, actionOf(person))));
        say(outcome, text);
    };
    const ask = async () => {
        const mine = ++asked;
        const text = input.value.trim();
        try {
            const {people} = text ? await post("/api/people/find", {text}) : {people: []};
            if (mine === asked)
                /* else more was typed meanwhile */
                show(people, !text
                    ? ""
                    : people.length === 0
                    ? t("This tablet knows nobody of that name.")
                    : tn("{n} person found", "{n} people found", people.length));
        } catch (error) {
            fill(list, h("li", null, errorBox(error)));
        }
    };

    input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(ask, ASK_AFTER_MS);
    });
    return {input, results: [outcome, list], clear: () => {
        asked += 1;
        input.value = "";
        show([], "");
    }};
}
