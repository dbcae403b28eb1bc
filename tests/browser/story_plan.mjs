// SPDX-License-Identifier: Apache-2.0
/* Planning on the tablet: an activity, its sessions and its people, in the hall, without a network and without lists.
 *
 * Not here:  lists from files (story_import.mjs), taking attendance (the roster's stories).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, shot, sizes, thirty, training, words } from "./harness.mjs";

const fill = (page, name, text) => page.locator(`dialog[open] [name="${name}"]`).last().fill(text);
const save = (page) => page.locator("dialog[open] [data-test=save]").last().click();
const closed = (page) => page.locator("dialog[open]").waitFor({ state: "detached" });
const line = (page, name) => page.locator("[data-test=enrolled]", { hasText: name });

async function activityOf(tablet) {
    const { body } = await tablet.api("GET", "/api/plan");
    return body.activities[0].id;
}

async function openActivity(tablet, options) {
    const page = await open(tablet, options);
    await go(page, `activity?id=${await activityOf(tablet)}`);
    return page;
}

test("on an empty tablet somebody plans a training, with its programme, from nothing", async () => {
    const tablet = await agent();
    const page = await open(tablet, { at: "plan" });
    page.expects = /422/;
    await page.locator("[data-test=empty]").waitFor();
    await accessible(page, "an empty plan");
    await shot(page, "plan-empty");

    await page.locator("[data-test=add-activity]").click();
    await save(page);
    assert.match(await page.locator("dialog[open] .field-wrong", { hasText: "Programme" }).innerText(), /Please fill this in/,
        "what is missing is said beside its field");
    await page.locator("dialog[open]").getByRole("button", { name: "Not in the list? Add it" }).first().click();
    await page.locator("dialog[open]").nth(1).waitFor();
    await fill(page, "code", "lnob");
    await fill(page, "name", "Leave no one behind");
    await fill(page, "donor", "GIZ");
    await fill(page, "contract_no", "81263417");
    await save(page);
    await page.locator("dialog[open]").nth(1).waitFor({ state: "detached" });
    await fill(page, "title", "Обука за наставнике");
    await fill(page, "starts_on", day());
    await fill(page, "planned_participants", "thirty");
    await fill(page, "code", "OB-1");
    await save(page);
    const wrong = page.locator("dialog[open] .field-wrong");
    await wrong.waitFor();
    assert.match(await wrong.innerText(), /Planned/, "the agent's refusal stands beside the field it is about");
    assert.equal(await page.locator("dialog[open] [name=title]").inputValue(), "Обука за наставнике", "what was typed is still there");
    await accessible(page, "a form with an error");
    await shot(page, "plan-form-error");
    await fill(page, "planned_participants", "30");
    await save(page);
    await page.locator("[data-view=activity][data-ready]").waitFor();
    assert.equal(await page.locator("[data-test=title]").innerText(), "Обука за наставнике");

    const { body } = await tablet.api("GET", "/api/plan");
    assert.equal(body.activities.length, 1);
    assert.equal(body.activities[0].programme.name, "Leave no one behind");
    assert.equal(body.activities[0].planned_participants, 30);
    quiet(page);
});

test("a session is added, moved to another day, removed, and brought back", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 3))] });
    const page = await openActivity(tablet, {});
    const sessions = page.locator("[data-test=session]");
    assert.equal(await sessions.count(), 2);

    await page.locator("[data-test=add-session]").click();
    await fill(page, "title", "Modul 3");
    await fill(page, "starts_at", "13:30");
    await save(page);
    await closed(page);
    await sessions.nth(2).waitFor();
    const added = page.locator("[data-test=session]", { hasText: "Modul 3" });
    assert.match(await added.innerText(), /13:30/);

    await added.locator("[data-test=session-edit]").click();
    assert.equal(await page.locator("dialog[open] [name=title]").inputValue(), "Modul 3");
    await fill(page, "date", "2031-03-14");
    await save(page);
    await closed(page);
    await page.locator("[data-test=session]", { hasText: "14 March 2031" }).waitFor();

    await page.locator("[data-test=session]", { hasText: "Modul 3" }).locator("[data-test=session-remove]").click();
    await page.locator("dialog[open] [data-test=remove-yes]").click();
    await page.locator("[data-test=session]", { hasText: "Modul 3" }).waitFor({ state: "detached" });
    await page.locator("[data-test=toast-undo]").click();
    await page.locator("[data-test=session]", { hasText: "Modul 3" }).waitFor();
    quiet(page);
});

test("somebody known is found in the other script and enrolled; taken off; brought back", async () => {
    const tablet = await agent({ lists: [await training(thirty)] });
    await tablet.do("person", "add", "--full-name", "Љубица Ђинђић", "--organisation", "ОШ „Вук Караџић“");
    const page = await openActivity(tablet, { size: "phone", dark: true });
    await page.locator("[data-test=person-find]").fill("djindjic");
    await page.getByText("1 person found").waitFor();
    await shot(page, "activity-find-phone-dark");
    await page.setViewportSize({ width: 360, height: 9000 }); /* what is half under a bar would count as too small to touch */
    await accessible(page, "an activity, somebody found");
    await page.setViewportSize(sizes.phone);
    await page.locator("[data-test=person-add]").click();
    await line(page, "Љубица Ђинђић").waitFor();

    await line(page, "Љубица Ђинђић").locator("[data-test=roles-edit]").click();
    await page.locator("dialog[open] input[value=trainer]").check();
    await page.locator("dialog[open] input[value=participant]").uncheck();
    await page.locator("[data-test=roles-save]").click();
    await line(page, "Љубица Ђинђић").getByRole("button", { name: "Trainer" }).waitFor();

    await line(page, "Љубица Ђинђић").locator("[data-test=enrolled-remove]").click();
    await page.locator("dialog[open] [data-test=remove-yes]").click();
    await line(page, "Љубица Ђинђић").waitFor({ state: "detached" });
    await page.locator("[data-test=toast-undo]").click();
    await line(page, "Љубица Ђинђић").waitFor();
    quiet(page);
});

test("a new person who resembles somebody known is asked about first", async () => {
    const tablet = await agent({ lists: [await training(thirty)] });
    await tablet.do("person", "add", "--full-name", "Љубица Ђинђић", "--phone", "+381641112223");
    const page = await openActivity(tablet, {});
    await page.locator("[data-test=person-new]").click();
    await fill(page, "full_name", "Ljubica Djindjic");
    await fill(page, "phone", "064 111 2223");
    await save(page);
    await page.locator("[data-test=similar]").waitFor();
    assert.match(await page.locator("[data-test=similar]").innerText(), /Љубица Ђинђић/);
    await shot(page, "activity-similar");
    await page.locator("[data-test=similar-pick]").first().click();
    await line(page, "Љубица Ђинђић").waitFor();
    const { body } = await tablet.api("POST", "/api/people/find", { text: "djindjic" });
    assert.equal(body.people.length, 1, "nobody is written down twice");
    quiet(page);
});

test("with the keyboard alone, in Serbian, a session is added", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await openActivity(tablet, { size: "wide", touch: false, language: "sr-Cyrl" });
    const say = await words(tablet, "sr-Cyrl");
    await page.getByRole("button", { name: say("Add a session") }).focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open] [data-test=save]").waitFor();
    for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement?.name === "title")); i++) await page.keyboard.press("Tab");
    await page.keyboard.type("Модул 3");
    await page.keyboard.press("Enter");
    await closed(page);
    await page.locator("[data-test=session]", { hasText: "Модул 3" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.test), "add-session", "the focus is where it was");
    await shot(page, "activity-sr-Cyrl-wide");
    quiet(page);
});

test("the plan tells at a glance what was planned and who was reached, and finds in either script", async () => {
    const tablet = await agent({ lists: [await training(thirty, { title: "Обука за наставнике" })] });
    for (const person of ["P0001", "P0002", "P0003"]) await tablet.do("mark", "TT-1-1", person, "present");
    const page = await open(tablet, { at: "plan" });
    const card = page.locator("[data-test=activity]");
    assert.match((await card.innerText()).replace(/\s+/g, " "), /Planned 30 Sessions 2 Enrolled 30 Reached 3/);
    await accessible(page, "a plan");
    await card.getByRole("link").click();
    await page.locator("[data-view=activity][data-ready]").waitFor();
    quiet(page);
});
