// SPDX-License-Identifier: Apache-2.0
/* The people of an activity: who is enrolled and as what, adding somebody known or new.
 *
 * Not here:  the facts and sessions (view_activity.js), walk-ins at the door (view_walk_in.js).
 */
import {post} from "./api.js";
import {fieldOf, fillKeepingFocus, wordOf} from "./desk.js";
import {fill, h, say} from "./dom.js";
import {hayOf, matches, needlesOf} from "./fold.js";
import {rowDialog} from "./form.js";
import {button, dialog, emptyState, errorBox, field, toast} from "./parts.js";
import {aboutPerson, lineWords, makeSearch, personLine} from "./person_search.js";
import {t} from "./words.js";

const SHOWN_FIRST = 60; /* a page of people; the rest comes when asked for, or is found by name */
const FIND_FROM = 12;

function roleSelect(chosen) {
    return h("select", {dataset: {test: "role"}},
        fieldOf("enrolment", "role").choices.map(({word, label}) => h("option", {value: word, selected: word === chosen}, label)));
}

const enrol = (activity, person, role) => post("/api/row/add", {entity: "enrolment", values: {activity, person, role}});
/* An enrolment is named by what it joins. */
const enrolmentId = (activity, person, role) => `${activity}:${person}:${role}`;
const leave = (activity, person, role) => post("/api/row/remove", {entity: "enrolment", id: enrolmentId(activity, person, role)});

/* As what somebody takes part: any of the roles, at least one. */
async function changeRoles(shell, activity, person) {
    const boxes = fieldOf("enrolment", "role").choices.map(({word, label}) => {
        const box = h("input", {type: "checkbox", checked: person.roles.includes(word), value: word});
        return {box, element: h("label", {class: "check"}, box, h("span", null, label))};
    });
    const asked = dialog(person.name,
        h("fieldset", {class: "checks"}, h("legend", null, t("Takes part as")), boxes.map(({element}) => element)), [{label: t("Save"),
        kind: "primary", value: true, test: "roles-save", run: async () => {
            const wanted = boxes.filter(({box}) => box.checked).map(({box}) => box.value);
            if (wanted.length === 0)
                throw {says: t("Choose at least one."), remedy: t("To take somebody off the activity, use Remove.")};
            for (const role of wanted.filter((one) => !person.roles.includes(one))) await enrol(activity, person.id, role);
            for (const role of person.roles.filter((one) => !wanted.includes(one))) await leave(activity, person.id, role);
        }}], {test: "roles"});

    if (await asked.closed) shell.changed();
}

async function removePerson(shell, activity, person) {
    const asked = dialog(t("Take {name} off this activity?", {name: person.name}),
        h("p", null, t("The person and all marks stay recorded.")), [{label: t("Remove"), kind: "danger", value: true, test: "remove-yes",
        run: async () => {
            for (const role of person.roles) await leave(activity, person.id, role);
        }}, {label: t("Keep")}], {test: "remove"});

    if (await asked.closed) {
        toast(t("{name} was taken off this activity", {name: person.name}), {undo: person.roles.length === 1 ? shell.undo : null});
        shell.changed();
    }
}

function personRow(shell, activity, person) {
    const told = person.roles.map((role) => wordOf("enrolment", "role", role)).join(", ");

    return h("li", {class: "line", dataset: {test: "enrolled", person: person.id}}, lineWords(person.name, aboutPerson(person)),
        h("div", {class: "line-actions"},
            button(told, {kind: "quiet", test: "roles-edit", hint: t("Change what {name} takes part as", {name: person.name}),
                onclick: () => changeRoles(shell, activity, person)}),
            button(t("Remove"), {kind: "quiet", icon: "clear", test: "enrolled-remove",
                onclick: () => removePerson(shell, activity, person)})));
}

/* Somebody the tablet knows is found as one types; somebody new is written down. */
function finderOf(shell, activity, isEnrolled) {
    const role = roleSelect("participant");
    const wrong = h("div");
    const search = makeSearch("person-find",
        (person) =>
            isEnrolled(person.id)
                ? h("span", {class: "line-about"}, t("already here"))
                : button(t("Add"), {icon: "add_person", test: "person-add", hint: t("Add {name}", {name: person.name}), onclick: () =>
                    add(person)}));
    const add = async (person) => {
        fill(wrong);
        try {
            await enrol(activity, person.id, role.value);
            toast(t("{name} was added", {name: person.name}), {undo: shell.undo});
            search.clear();
            search.input.focus();
            shell.changed();
        } catch (error) {
            fill(wrong, errorBox(error));
        }
    };
    const fresh = button(t("New person"), {icon: "add_person", test: "person-new",
        onclick: () => addNew(shell, activity, role.value, search.input.value.trim())});

    return h("div", {class: "finder"},
        h("div", {class: "finder-fields"}, field(t("Add somebody: type a name"), search.input), field(t("Role"), role), fresh), wrong,
        search.results);
}

/* Nobody is written down twice: who may be meant is shown first. Gives the one it is, "fresh", or null. */
async function isItOneOf(candidates) {
    const row = (one) =>
        personLine(one, button(t("This one"), {kind: "primary", test: "similar-pick", hint: one.name, onclick: () => shown.close(one)}),
            one.reasons.join(", "));
    const shown = dialog(t("Is it one of these?"), h("ul", {class: "lines"}, candidates.map(row)), [{label: t("No, a new person"),
        value: "fresh", test: "similar-fresh"}], {test: "similar"});

    return shown.closed;
}

async function addNew(shell, activity, role, typed) {
    const check = async ({birth_year: year, ...values}, handle) => {
        const {candidates} = await post("/api/people/similar", {...values, ...(Number(year) > 0 && {birth_year: Number(year)})});
        const answer = candidates.length === 0 ? "fresh" : await isItOneOf(candidates);
        if (answer !== null && answer !== "fresh") handle.close({id: answer.id, values: {full_name: answer.name}});
        return answer === "fresh";
    };
    const added = await rowDialog("person", {title: t("New person"), label: t("Add the person"), values: {full_name: typed},
        leaveOut: ["ref"], check});

    if (!added) return;
    try {
        await enrol(activity, added.id, role);
        toast(t("{name} was added", {name: added.values.full_name}));
    } catch (error) {
        toast(`${error.says} ${error.remedy}`);
    }
    shell.changed();
}

/* {element, show(people)} */
export function makePeople(shell, activity) {
    let people = [];
    let shownCount = SHOWN_FIRST;
    const list = h("ul", {class: "lines", dataset: {test: "people"}});
    const count = h("span", {class: "count"});
    const more = button(t("Show more"), {onclick: () => {
        shownCount += SHOWN_FIRST;
        showList();
    }});
    const search = h("input", {type: "search", autocomplete: "off", on: {input: () => showList()}});
    const filter = field(t("Find in this list"), search);
    const empty = h("div", null, emptyState(t("Nobody is enrolled yet. Add people here, or import a list of enrolments."), null, "person"));
    const showList = () => {
        const needles = needlesOf(search.value);
        const found = people.filter((person) => matches(hayOf(person.name, person.ref, person.organisation), needles));

        fillKeepingFocus(list, found.slice(0, shownCount).map((person) => personRow(shell, activity, person)));
        more.hidden = found.length <= shownCount;
        filter.hidden = people.length < FIND_FROM;
        empty.hidden = people.length > 0;
    };
    const element = h("div", {class: "part"}, h("div", {class: "part-head"}, h("h2", null, t("People enrolled"), " ", count)),
        finderOf(shell, activity, (id) => people.some((person) => person.id === id)), filter, list, more, empty);

    return {element, show: (fresh) => {
        people = fresh;
        say(count, String(people.length));
        showList();
    }};
}
