// SPDX-License-Identifier: Apache-2.0
/* Vesna opens the tablet in the morning: she sees where she is, what waits, and what to do when there is nothing.
 *
 * Not here:  taking attendance (story_attendance.mjs), delivery itself (story_kill.mjs).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, shot, thirty, training, until, words } from "./harness.mjs";

for (const language of ["en", "sr-Cyrl", "sq"]) {
    test(`today's sessions come first, with how many are here (${language})`, async () => {
        const tablet = await agent({ lists: [await training(thirty)] });
        await tablet.do("import", await training(thirty, { code: "TT-2", title: "Састанак", date: day(3) }));
        await tablet.do("import", await training(thirty, { code: "TT-0", title: "Radionica", date: day(-2) }));
        const page = await open(tablet, { size: "phone", language });
        const t = await words(tablet, language);
        const { today } = (await tablet.api("GET", `/api/today?day=${day()}`)).body;
        const { people } = (await tablet.api("GET", `/api/roster?session=${today[0].id}`)).body;
        for (const person of people.slice(0, 23))
            await tablet.api("POST", "/api/mark", { session: today[0].id, person: person.id, status: "present" });
        const first = page.locator("[data-test=today] [data-test=session]").first();
        const said = t("{attended} of {enrolled}", { attended: 23, enrolled: 30 });
        await until("the counter", async () => (await first.textContent()).includes(said));
        assert.equal(await page.locator("[data-test=today] [data-test=session]").count(), 2);
        assert.equal(await page.locator("[data-test=coming] [data-test=session]").count(), 2);
        assert.equal(await page.locator("[data-test=past] [data-test=session]").count(), 2);
        const tops = await page.locator("[data-test=session]").evaluateAll((all) => all.map((one) => one.dataset.session));
        assert.equal(tops[0], today[0].id, "today comes first");
        await accessible(page, `today ${language}`);
        await shot(page, `story-today-${language}`);
        await first.click();
        await page.locator("[data-view=roster][data-ready]").waitFor();
        assert.equal(await page.locator("[data-test=counter]").textContent(), said);
        quiet(page);
    });
}

test("an empty tablet says what to do", async () => {
    const tablet = await agent();
    const page = await open(tablet, { size: "phone" });
    const empty = page.locator("[data-test=empty]");
    await empty.waitFor();
    assert.equal(await empty.locator("a[href='#/plan']").count(), 1);
    assert.equal(await empty.locator("a[href='#/import']").count(), 1);
    await accessible(page, "an empty tablet");
    await shot(page, "story-today-empty");
    quiet(page);
});

test("a day without a session leads to the plan", async () => {
    const tablet = await agent({ lists: [await training(thirty, { date: day(5) })] });
    const page = await open(tablet, { size: "phone" });
    await page.locator("[data-test=to-plan]").click();
    await page.locator("[data-view=plan][data-ready]").waitFor();
    quiet(page);
});

test("the status line counts what waits and tells the details", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 3))] });
    const page = await open(tablet, { size: "phone" });
    const line = page.locator("[data-test=status-line]");
    const { waiting } = (await tablet.api("GET", "/api/state")).body.sync;
    assert.ok(waiting > 0);
    assert.equal(await line.getAttribute("data-waiting"), String(waiting));
    assert.ok((await line.textContent()).includes(String(waiting)));
    await line.click();
    const details = page.locator("[data-test=delivery]");
    await details.waitFor();
    await accessible(page, "the details of delivery");
    await shot(page, "story-status-details");
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.test), "status-line", "focus is where it was");
    quiet(page);
});

test("the token is out of the address, and a window without one says how to get in", async () => {
    const tablet = await agent();
    const page = await open(tablet);
    assert.ok(!page.url().includes(tablet.token));
    const other = await page.context().newPage();
    await other.goto(tablet.url);
    await other.locator("[data-test=error]").waitFor();
    assert.equal(await other.locator("[data-test=status-line]").count(), 0);
    await shot(other, "story-without-token");
    await go(page, "today");
    quiet(page);
});
