// SPDX-License-Identifier: Apache-2.0
/* People sign with a finger on the tablet; the donor pays for those who did.
 *
 * Not here:  how a signature is kept (tests/unit/protocol_signature.c), the printed list (the list's own story).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, quiet, shot, thirty, training, until } from "./harness.mjs";

async function pad(language = "en", size = "tablet") {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 5))] });
    const page = await open(tablet, { size, language });
    const session = (await tablet.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
    const people = async () => (await tablet.api("GET", `/api/roster?session=${session}`)).body.people;
    const [person] = await people();
    await go(page, `roster?session=${session}`);
    const row = page.locator(`[data-test=row][data-person="${person.id}"]`);
    const toPad = async () => {
        await row.locator("[data-test=more]").tap();
        await page.locator("[data-test=choices] [data-test=sign]").tap();
        await page.locator("[data-view=sign][data-ready]").waitFor();
    };
    return { tablet, page, session, person, people, row, toPad };
}

async function scribble(page, strokes) {
    const box = await page.locator("[data-test=pad]").boundingBox();
    const client = await page.context().newCDPSession(page);
    const send = (type, at) => client.send("Input.dispatchTouchEvent",
        { type, touchPoints: at ? [{ x: box.x + at[0] * box.width, y: box.y + at[1] * box.height }] : [] });
    for (const [first, ...rest] of strokes) {
        await send("touchStart", first);
        for (const at of rest) await send("touchMove", at);
        await send("touchEnd");
    }
    await client.detach();
}

const name = [
    [[0.1, 0.6], [0.15, 0.3], [0.2, 0.25], [0.22, 0.5], [0.25, 0.7], [0.3, 0.4], [0.36, 0.35], [0.4, 0.6]],
    [[0.45, 0.62], [0.5, 0.5], [0.55, 0.62], [0.6, 0.48], [0.66, 0.62], [0.75, 0.5], [0.9, 0.55]],
];

for (const language of ["en", "sr-Cyrl", "sq"]) {
    test(`a finger's strokes are kept and shown (${language})`, async () => {
        const { tablet, page, session, person, people, row, toPad } = await pad(language);
        await toPad();
        assert.ok((await page.locator("[data-test=title]").textContent()).includes(person.name), "who signs");
        assert.ok(await page.locator("[data-test=save-signature]").isDisabled(), "nothing to save yet");
        await accessible(page, `sign ${language}`);
        await scribble(page, name);
        await shot(page, `story-sign-${language}`);
        await page.locator("[data-test=save-signature]").tap();
        await page.locator("[data-view=roster][data-ready]").waitFor();
        await until("the pen's stroke in the row", async () => (await row.getAttribute("data-signed")) !== null);
        const signed = (await people())[0];
        assert.equal(signed.signed, true);
        assert.equal(signed.status, "present", "who signs is here");
        const drawn = (await tablet.api("GET", `/api/signature?session=${session}&person=${person.id}`)).body;
        assert.equal((drawn.path.match(/M/g) ?? []).length, 2, "two strokes");
        await shot(page, `story-signed-${language}`);
        await row.locator("[data-test=more]").tap();
        await page.locator("[data-test=choices] svg.signature path").waitFor();
        await shot(page, `story-signature-shown-${language}`);
        quiet(page);
    });
}

test("cleared, signed anew, taken away", async () => {
    const { page, people, toPad } = await pad();
    await toPad();
    await scribble(page, name);
    await page.locator("[data-test=clear-signature]").tap();
    assert.ok(await page.locator("[data-test=save-signature]").isDisabled());
    await scribble(page, name.slice(0, 1));
    await page.locator("[data-test=save-signature]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
    await toPad();
    await page.locator("[data-test=take-away]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
    assert.equal((await people())[0].signed, false);
    quiet(page);
});

test("who cannot draw has signed on paper", async () => {
    const { page, people, toPad } = await pad();
    await toPad();
    await page.locator("[data-test=on-paper]").focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-view=roster][data-ready]").waitFor();
    const [person] = await people();
    assert.equal(person.status, "present");
    assert.ok(person.note.length > 0);
    assert.equal(person.signed, false);
    quiet(page);
});

test("strokes stay while the agent is away and when the tablet is turned", async () => {
    const { tablet, page, people, toPad } = await pad();
    page.expects = /Failed to load resource|ERR_CONNECTION|ERR_EMPTY|ERR_SOCKET/;
    await toPad();
    await scribble(page, name);
    await tablet.stop();
    await page.locator("[data-test=save-signature]").tap();
    await page.locator("[data-view=sign] [data-test=error]").waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await shot(page, "story-sign-turned");
    await tablet.restart();
    await until("the agent", async () => (await page.locator("[data-test=gone]:visible").count()) === 0);
    await page.locator("[data-test=save-signature]").tap();
    await page.locator("[data-view=roster][data-ready]").waitFor();
    assert.equal((await people())[0].signed, true);
});
