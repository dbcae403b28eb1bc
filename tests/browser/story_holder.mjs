// SPDX-License-Identifier: Apache-2.0
/* The tablet goes from hand to hand: who holds it signs what is recorded; locked, it shows nobody's name.
 *
 * Not here:  what a PIN is worth, how wrong ones are slowed down (tests/unit/agent_app_holder.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, shot, thirty, training, until } from "./harness.mjs";

async function tablet(language = "en", size = "phone") {
    const made = await agent({ lists: [await training(thirty.slice(0, 12))] });
    const page = await open(made, { size, language });
    page.expects = /Failed to load resource/;
    return { tablet: made, page };
}

const state = async (made) => (await made.api("GET", "/api/state")).body;

async function take(page, name) {
    await go(page, "holder");
    await page.locator("[data-test=staff]", { hasText: name }).first().tap();
    await page.locator("[data-view=today][data-ready]").waitFor();
}

for (const language of ["en", "sr-Latn"]) {
    test(`handing over: the one who was chosen is the author (${language})`, async () => {
        const { tablet: made, page } = await tablet(language);
        await page.locator("[data-test=no-holder] a").tap();
        await page.locator("[data-view=holder][data-ready]").waitFor();
        await accessible(page, "who holds the tablet?");
        await shot(page, `story-holder-${language}`);
        await page.locator("[data-test=staff-filter]").fill("celik");
        assert.equal(await page.locator("[data-test=staff]:visible").count(), 1);
        await page.locator("[data-test=staff]:visible").tap();
        await page.locator("[data-view=today][data-ready]").waitFor();
        assert.equal((await state(made)).holder.name, "Çelik Berisha");
        await until("the name", async () => (await page.locator("[data-test=nav-holder]").textContent()).includes("Çelik Berisha"));
        assert.equal(await page.locator("[data-test=no-holder]").count(), 0);
        quiet(page);
    });
}

test("locked: no name anywhere in the document; unlocked: where one was", async () => {
    const { tablet: made, page } = await tablet();
    await take(page, "Vesna Marković");
    const session = (await made.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
    await go(page, `roster?session=${session}`);
    await page.locator("[data-test=row]").first().locator("[data-test=more]").tap();
    await page.locator("[data-test=choices]").waitFor();
    await made.api("POST", "/api/lock", {});
    await page.locator("[data-test=locked]").waitFor();
    await page.locator("[data-test=choices]").waitFor({ state: "detached" });
    const whole = await page.evaluate(() => document.documentElement.outerHTML + document.title);
    for (const name of thirty) assert.ok(!whole.includes(name), "no name stays");
    assert.equal((await made.api("GET", `/api/roster?session=${session}`)).status, 423);
    await accessible(page, "the lock");
    await shot(page, "story-locked");
    await page.locator("[data-test=unlock]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
    assert.equal(await page.locator("[data-test=row]").count(), 12);
    quiet(page);
});

test("with a PIN: a wrong one is said, the right one opens; somebody else takes over by name", async () => {
    const { tablet: made, page } = await tablet();
    const { activity } = (await made.api("GET", `/api/today?day=${day()}`)).body.today[0];
    for (const { id, name } of (await made.api("GET", "/api/staff")).body.people.filter((one) => one.name.startsWith("Vesna")))
        assert.equal((await made.api("POST", "/api/row/add",
            { entity: "enrolment", values: { activity: activity.id, person: id, role: "trainer" } })).status, 200, name);
    await take(page, "Vesna Marković");
    await made.api("POST", "/api/pin", { pin: "2468" });
    await go(page, "holder");
    await page.locator("[data-test=lock]").tap();
    await page.locator("[data-test=locked]").waitFor();
    await page.locator("[data-test=pin]").fill("1111");
    await page.locator("[data-test=unlock]").tap();
    await page.locator("[data-test=locked] [data-test=error]").waitFor();
    await shot(page, "story-wrong-pin");
    assert.equal(await page.locator("[data-test=pin]").inputValue(), "", "a PIN does not stay on the screen");
    let answer;
    const late = new Promise((resolve) => (answer = resolve));
    await page.route("**/api/unlock", async (route) => {
        await late;
        await route.continue();
    }, { times: 1 });
    await page.locator("[data-test=pin]").fill("1112");
    await page.keyboard.press("Enter");
    await page.locator("[data-test=pin]").fill("2468");
    answer();
    await page.locator("[data-test=locked] [data-test=error]").waitFor();
    assert.equal(await page.locator("[data-test=pin]").inputValue(), "2468", "what is typed meanwhile is not wiped");
    await page.keyboard.press("Enter");
    await page.locator("[data-view=holder][data-ready]").waitFor();
    await page.locator("[data-test=lock]").tap();
    await page.locator("[data-test=somebody-else]").tap();
    await page.locator("[data-test=lock-name]").fill("nobody here");
    await page.locator("[data-test=unlock]").tap();
    await until("said beside the field", async () => (await page.locator("[data-test=lock-name]").getAttribute("aria-invalid")) === "true");
    await accessible(page, "taking over");
    await page.locator("[data-test=lock-name]").fill("Марковић Весна");
    await page.locator("[data-test=pin]").fill("2468");
    await page.locator("[data-test=unlock]").tap();
    await shot(page, "story-taking-over");
    await page.locator("[data-view=holder][data-ready]").waitFor();
    assert.equal((await state(made)).lock.locked, false);
});

test("left alone, it locks itself; one who taps keeps it open", async () => {
    const { tablet: made, page } = await tablet();
    await page.clock.install();
    await take(page, "Vesna Marković");
    await made.api("POST", "/api/settings", { lock_after_minutes: 2 });
    await page.clock.runFor(4_000);
    await page.clock.runFor(90_000);
    await page.locator("h1").first().tap();
    await page.clock.runFor(90_000);
    assert.equal(await page.locator("[data-test=locked]").count(), 0);
    await page.clock.runFor(60_000);
    await page.locator("[data-test=locked]").waitFor();
    await until("the agent knows", async () => (await state(made)).lock.locked);
});
