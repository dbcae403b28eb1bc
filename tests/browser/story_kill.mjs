// SPDX-License-Identifier: Apache-2.0
/* The agent is killed in the middle of taps, the network is pulled, the disk fills: whatever the page showed as recorded is recorded.
 *
 * Not here:  power cuts of the disk itself (tests/stories/power.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agent, day, go, open, server, shot, thirty, training, until } from "./harness.mjs";

const gone = /ERR_CONNECTION|Failed to load resource|ERR_EMPTY_RESPONSE|ERR_SOCKET/;

async function openRoster(tablet, options) {
    const page = await open(tablet, options);
    page.expects = gone;
    const { body } = await tablet.api("GET", `/api/today?day=${day()}`);
    await go(page, `roster?session=${body.today[0].id}`);
    return { page, session: body.today[0].id };
}

const shown = (page, status) => page.locator(`[data-test=row][data-status="${status}"]`);

async function standing(tablet, session) {
    const { body } = await tablet.api("GET", `/api/roster?session=${session}`);
    return new Set(body.people.filter((person) => person.status === "present").map((person) => person.id));
}

for (const after of [3, 7, 11]) {
    test(`killed at tap ${after}: every tick that was shown stands, every tap that was not is sent when the agent is back`, async () => {
        const tablet = await agent({ lists: [await training(thirty)] });
        const { page, session } = await openRoster(tablet, {});
        const rows = page.locator("[data-test=row]");
        for (let i = 0; i < 15; i++) {
            await rows.nth(i).locator("[data-test=tap]").click();
            if (i === after) tablet.child.kill("SIGKILL");
        }
        await tablet.ended;
        await page.locator("[data-test=gone]").first().waitFor();
        const ticked = await page.locator("[data-test=row][data-status=present]:not([data-pending])")
            .evaluateAll((all) => all.map((row) => row.dataset.person));
        await shot(page, `killed-${after}`);
        await tablet.restart();
        const stands = await standing(tablet, session);
        for (const person of ticked) assert.ok(stands.has(person), "a tick that was shown is on disk");
        await until("the taps that waited", async () => (await standing(tablet, session)).size === 15);
        await until("fifteen ticks", async () => (await shown(page, "present").count()) === 15);
        await until("no more notice", async () => (await page.locator("[data-test=gone]:visible").count()) === 0);
    });
}

test("without a network everything is recorded; when the server is back it is delivered, and the page says so", async () => {
    const remote = await server();
    const tablet = await agent({ lists: [await training(thirty.slice(0, 5))] });
    await tablet.do("enrol", remote.url, await remote.code("tablet-1", "*"));
    await tablet.do("sync");
    await remote.stop("SIGKILL");
    const { page, session } = await openRoster(tablet, {});
    for (let i = 0; i < 5; i++) await page.locator("[data-test=row] [data-test=tap]").nth(i).click();
    await until("five ticks", async () => (await shown(page, "present").count()) === 5);
    assert.equal((await standing(tablet, session)).size, 5);
    await until("what waits", async () => (await tablet.api("GET", "/api/state")).body.sync.waiting >= 5);
    await page.locator("[data-test=status-line][data-waiting]:not([data-waiting='0'])").waitFor();
    await shot(page, "no-network");
    await remote.start();
    await tablet.api("POST", "/api/sync", {});
    await until("delivery", async () => {
        const { sync } = (await tablet.api("GET", "/api/state")).body;
        if (sync.waiting > 0 && !sync.running) await tablet.api("POST", "/api/sync", {});
        return sync.waiting === 0;
    });
    await page.locator("[data-test=status-line][data-waiting='0']").waitFor();
    await shot(page, "delivered");
});

test("two tabs at once agree", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 6))] });
    const one = await openRoster(tablet, {});
    const two = await openRoster(tablet, { context: one.page.context() });
    await one.page.locator("[data-test=row] [data-test=tap]").nth(2).click();
    await until("the other tab", async () => (await shown(two.page, "present").count()) === 1);
    await two.page.locator("[data-test=undo]").first().click();
    await until("undone in the first", async () => (await shown(one.page, "present").count()) === 0);
});
