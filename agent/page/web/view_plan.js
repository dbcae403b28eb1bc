// SPDX-License-Identifier: Apache-2.0
/* What is planned: the activities by programme and date, each with what came of it.
 *
 * Here:      the list, finding in it, adding an activity.
 * Not here:  one activity (view_activity.js), the form (form.js), lists from files (view_import.js).
 */
import {get} from "./api.js";
import {dateSpan, fillKeepingFocus, schema, viewRoot, wordOf} from "./desk.js";
import {h, say} from "./dom.js";
import {hayOf, matches, needlesOf} from "./fold.js";
import {editRow, rowDialog} from "./form.js";
import {button, emptyState, field, linkButton, toast, viewHead} from "./parts.js";
import {number, t, tn} from "./words.js";

const FIND_FROM = 9; /* fewer are seen at a glance */

const figure = (label, n) =>
    h("div", {class: "figure"}, h("dt", null, label), h("dd", null, n === null || n === undefined ? "–" : number(n)));

function card(activity) {
    const about = [activity.kind_label ?? wordOf("activity", "kind", activity.kind), activity.municipality?.name,
        dateSpan(activity.starts_on, activity.ends_on), activity.mode === "in_person" ? "" : wordOf("activity", "mode", activity.mode)];

    return h("li", {class: "card plan-card", dataset: {test: "activity", id: activity.id}},
        h("h3", {class: "card-title"}, h("a", {href: `#/activity?id=${encodeURIComponent(activity.id)}`}, activity.title || activity.code)),
        h("p", {class: "card-about"}, activity.title ? h("span", {class: "code"}, activity.code) : null,
            about.filter(Boolean).map((text) => h("span", null, text))),
        h("dl", {class: "figures"}, figure(t("Planned"), activity.planned_participants), figure(t("Sessions"), activity.sessions),
            figure(t("Enrolled"), activity.enrolled), figure(t("Reached"), activity.reached)));
}

/* Programmes by name; within one the latest first, what has no date yet on top. */
function grouped(activities) {
    const groups = new Map();
    const dateOf = (activity) => activity.starts_on || "9999";

    for (const activity of [...activities].sort((a, b) => dateOf(b).localeCompare(dateOf(a)))) {
        const {id, name} = activity.programme ?? {id: "", name: ""};
        groups.set(id, {id, name: name || t("Without a programme"), activities: [...(groups.get(id)?.activities ?? []), activity]});
    }
    return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function group({id, name, activities}, shell) {
    const edit = button(t("Edit"), {kind: "quiet", icon: "pen", test: "programme-edit",
        hint: t("Name, donor and contract no. of the programme"),
        onclick: () => editRow(shell, "programme", id, t("Edit the programme"), ["code"])});

    return h("li", {class: "plan-group", dataset: {id}}, h("div", {class: "part-head"}, h("h2", null, name), id ? edit : null),
        h("ul", {class: "cards"}, activities.map(card)));
}

async function addActivity(shell) {
    const added = await rowDialog("activity", {title: t("New activity"), label: t("Add the activity")});

    if (added) {
        toast(t("Activity added"), {undo: shell.undo});
        shell.changed();
        shell.go(`#/activity?id=${encodeURIComponent(added.id)}`);
    }
}

export async function open(params, shell) {
    await schema();
    let {activities} = await get("/api/plan");
    const groups = h("ul", {class: "plan-groups"});
    const told = h("p", {class: "outcome", role: "status"});
    const find = h("input", {type: "search", autocomplete: "off", dataset: {test: "plan-find"}, on: {input: () => show()}});
    const finder = field(t("Find an activity"), find);
    const empty = h("div", {},
        emptyState(t("Nothing is planned yet. Add an activity, or bring in the lists you have."),
            h("div", {class: "actions"}, button(t("Add an activity"), {kind: "primary", onclick: () => addActivity(shell)}),
                linkButton(t("Import lists"), "#/import", {icon: "import"})), "plan"));
    const show = () => {
        const needles = needlesOf(find.value);
        const found = activities.filter((one) => matches(hayOf(one.title, one.code, one.municipality?.name, one.programme?.name), needles));
        const none = activities.length > 0 && found.length === 0;

        finder.hidden = activities.length < FIND_FROM && find.value === "";
        empty.hidden = activities.length > 0;
        fillKeepingFocus(groups, grouped(found).map((one) => group(one, shell)));
        say(told,
            none
                ? t("No activity is called that.")
                : needles.length > 0
                ? tn("{n} activity found", "{n} activities found", found.length)
                : "");
    };
    const head = viewHead(t("Plan"), {
        actions: [button(t("Add an activity"), {icon: "plan", onclick: () => addActivity(shell), test: "add-activity"}),
            linkButton(t("Import lists"), "#/import", {icon: "import", test: "to-import"})]
    });

    show();
    return {element: viewRoot("plan", head, finder, told, groups, empty), refresh: async () => {
        ({activities} = await get("/api/plan"));
        show();
    }};
}
