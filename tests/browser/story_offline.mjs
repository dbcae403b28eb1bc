// SPDX-License-Identifier: Apache-2.0
/* Far from any network: the line at the top says so in plain words, with the next attempt, on the narrowest screen and in every language.
 *
 * Not here:  when the next attempt is made (tests/unit/agent_run*.c), what waits (story_today.mjs).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, open, quiet, server, shot, thirty, training, until, words } from "./harness.mjs";

/* A tablet that was connected once; the server is away now, and an attempt failed. */
async function farAway() {
    const office = await server();
    const tablet = await agent({ lists: [await training(thirty.slice(0, 3))], start: false });
    await tablet.do("enrol", office.url, await office.code("tablet-1", "*"));
    await office.stop();
    await tablet.start();
    await tablet.api("POST", "/api/sync", {});
    await until("a failed attempt", async () => {
        const { sync } = (await tablet.api("GET", "/api/state")).body;
        return sync.error?.kind === "offline" && sync.next_attempt && !sync.running;
    });
    return tablet;
}

const tablet = await farAway();

for (const language of ["en", "sr-Cyrl", "sr-Latn", "bs", "sq", "mk"]) {
    test(`what waits, why, and the next attempt are read whole on a telephone (${language})`, async () => {
        const page = await open(tablet, { size: "phone", language });
        if (language === "en") await tablet.api("POST", "/api/settings", { language });
        const line = page.locator("[data-test=status-line]");
        await page.locator("[data-mood=fails]").waitFor();
        const said = line.locator(".status-words");
        const t = await words(tablet, language);
        assert.ok(await said.evaluate((node) => node.scrollHeight <= node.clientHeight + 1), "nothing of it is cut");
        const text = await line.innerText();
        assert.match(text, /\d/, "how many");
        assert.ok(/\d{2}:\d{2}/.test(text) || text.includes(t("in less than a minute")), "when next");
        assert.doesNotMatch(text, /127\.0\.0\.1|:\d{4,}|\bms\b/, "no addresses, no ports");
        for (const sentence of text.split(/(?<=[.!?]) /))
            assert.match(sentence, /^[\p{Lu}\d].*[.!?]$/u, "each a sentence");
        await shot(page, `story-offline-${language}`);
        await line.click();
        const details = page.locator("[data-test=delivery]");
        await details.waitFor();
        assert.match(await details.locator(".error-remedy").innerText(), /127\.0\.0\.1/, "who is called for help finds the cause here");
        await accessible(page, "the details of a failed delivery");
        await shot(page, `story-offline-details-${language}`);
        quiet(page);
        await page.context().close();
    });
}

test("with everything delivered and verified a network that is away is no trouble", async () => {
    const office = await server();
    const other = await agent({ lists: [await training(thirty.slice(0, 3))], start: false });
    await other.do("enrol", office.url, await office.code("tablet-2", "*"));
    for (let i = 0; i < 2; i++) await other.do("sync");
    await office.stop();
    await other.start();
    await other.api("POST", "/api/settings", { language: "en" });
    await other.api("POST", "/api/sync", {});
    const { sync } = await until("a failed attempt", async () => {
        const { body } = await other.api("GET", "/api/state");
        return body.sync.error?.kind === "offline" && !body.sync.running && body;
    });
    assert.equal(sync.waiting, 0);
    const page = await open(other, { size: "phone", language: "en" });
    await page.locator("[data-mood=safe]").waitFor();
    const text = await page.locator("[data-test=status-line]").innerText();
    assert.ok(text.includes("Everything is delivered. No network is needed now. Last checked:"), text);
    await shot(page, "story-offline-delivered");
    quiet(page);
});
