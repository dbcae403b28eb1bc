// SPDX-License-Identifier: Apache-2.0
/* Two at the door, each with a tablet: they saw different things. Both are kept, and one tap says which is right.
 *
 * Not here:  which value stands meanwhile (tests/stories/two_tablets.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, go, open, quiet, server, shot, thirty, training, until } from "./harness.mjs";

/* Two tablets of one association that marked the first two of the list differently and have met since. */
async function disagreement() {
    const office = await server();
    const first = await agent({ lists: [await training(thirty.slice(0, 6))], start: false });
    const second = await agent({ start: false });
    await first.do("enrol", office.url, await office.code("tablet-1", "*"));
    await first.do("sync");
    await second.do("enrol", office.url, await office.code("tablet-2", "*"));
    await second.do("sync");
    for (const person of ["P0001", "P0002"]) {
        await first.do("mark", "TT-1-1", person, "present");
        await second.do("mark", "TT-1-1", person, "absent");
    }
    for (const tablet of [first, second, first]) await tablet.do("sync");
    await first.start();
    return { first, second };
}

test("both values are shown with who, where and when, and a tap settles each until none is left", async () => {
    const { first } = await disagreement();
    const page = await open(first, {});
    await until("the conflicts", async () => (await first.api("GET", "/api/state")).body.conflicts === 2);
    await go(page, "conflicts");
    const cards = page.locator("[data-test=conflict]");
    assert.equal(await cards.count(), 2);
    const text = await cards.first().innerText();
    assert.match(text, /Present/);
    assert.match(text, /Absent/);
    assert.match(text, /tablet-1/);
    assert.match(text, /tablet-2/);
    await accessible(page, "two conflicts");
    await shot(page, "conflicts");

    await cards.first().locator("[data-value=absent] [data-test=conflict-settle]").click();
    await page.getByText("1 is left to settle.").waitFor();
    await cards.first().locator("[data-value=present] [data-test=conflict-settle]").click();
    await page.locator("[data-test=empty]").waitFor();
    await accessible(page, "no conflict");

    assert.equal((await first.api("GET", "/api/state")).body.conflicts, 0);
    const { body } = await first.api("GET", "/api/today");
    const { body: roster } = await first.api("GET", `/api/roster?session=${[...body.today, ...body.past, ...body.coming][0].id}`);
    const standing = roster.people.filter((person) => ["P0001", "P0002"].includes(person.ref)).map((person) => person.status);
    assert.deepEqual(standing.sort(), ["absent", "present"], "what was tapped stands");
    quiet(page);
});

test("on a telephone in the dark, in Serbian, the two stand under each other and the keyboard settles them", async () => {
    const { second } = await disagreement();
    await second.start();
    const page = await open(second, { size: "phone", dark: true, language: "sr-Cyrl" });
    await until("the conflicts", async () => (await second.api("GET", "/api/state")).body.conflicts === 2);
    await go(page, "conflicts");
    await shot(page, "conflicts-phone-dark-sr-Cyrl");
    await page.locator("[data-test=conflict-settle]").first().focus();
    await page.keyboard.press("Enter");
    await until("one to be settled", async () => (await second.api("GET", "/api/state")).body.conflicts === 1);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    quiet(page);
});
