// SPDX-License-Identifier: Apache-2.0
/* One tap on "Undo" too many, in the rush of a door: what was recorded here goes, and nothing else.
 *
 * Not here:  what a step is and how it is taken back (tests/unit/agent_store_undo*.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, shot, thirty, training, until } from "./harness.mjs";

async function door(language = "en") {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 6))] });
    const page = await open(tablet, { size: "phone", language });
    const session = (await tablet.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
    await go(page, `roster?session=${session}`);
    const people = async () => (await tablet.api("GET", `/api/roster?session=${session}`)).body.people;
    return { tablet, page, session, people };
}

for (const language of ["en", "sr-Cyrl"]) {
    test(`undo at the door ends where the door began (${language})`, async () => {
        const { page, people } = await door(language);
        for (let n = 0; n < 3; n++) await page.locator("[data-test=tap]").nth(n).tap();
        await until("three ticks", async () => (await people()).filter((person) => person.status === "present").length === 3);
        const last = page.locator("[data-test=last]");
        for (let left = 2; left >= 0; left--) {
            await page.locator("[data-test=undo]").tap();
            await until(`${left} ticks`, async () => (await people()).filter((person) => person.status === "present").length === left);
        }
        await shot(page, `story-undo-last-${language}`);
        const before = await last.textContent();
        await page.locator("[data-test=undo]").tap();
        await until("a word about it", async () => (await last.textContent()) !== before);
        if (language === "en") assert.equal(await last.textContent(), "There is nothing more to undo here.");
        assert.equal(await page.locator("[data-test=error]").count(), 0, "calmly: it is no error");
        assert.equal((await people()).length, 6, "the list is as it was");
        await shot(page, `story-undo-no-more-${language}`);
        assert.ok(page.complaints.every((one) => /404/.test(one)), page.complaints.join("\n"));
    });
}

test("an import is taken back by whoever is sure, after its name and size were read", async () => {
    const { tablet, page } = await door();
    const people = async () => (await tablet.api("POST", "/api/people/find", { text: "Osoba" })).body.people.length;
    await go(page, "import");
    const lines = Array.from({ length: 12 }, (_, i) => `Q${i},Osoba Uvezena${i},F`).join("\n");
    await page.locator("[data-test=import-text]").fill(`ref,full_name,sex\n${lines}\n`);
    await page.locator("[data-test=import-look]").click();
    await page.locator("[data-test=import]").click();
    const undo = page.locator("[data-test=toast-undo]");
    await undo.click();
    const asks = page.locator("[data-test=undo-asks]");
    await asks.waitFor();
    assert.match(await asks.innerText(), /\d+ changes/);
    await accessible(page, "taking back an import");
    await shot(page, "story-undo-asks");
    await page.locator("[data-test=undo-no]").click();
    await asks.waitFor({ state: "detached" });
    assert.equal(await people(), 12, "kept");
    quiet(page);
});
