// SPDX-License-Identifier: Apache-2.0
/* What the page is made of: its files, its words, its folded letters.
 *
 * Not here:  what it does with them (tests/browser).
 */
#define _GNU_SOURCE
#include <string.h>
#include <utf8proc.h>

#include "agent/page/assets.h"
#include "agent/page/words_route.h"
#include "protocol/csv.h"
#include "protocol/json.h"
#include "protocol/text.h"
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

static json_t *written(bool (*write)(struct bytes *out, struct error *err))
{
    struct bytes out = {0};
    struct error err = {0};
    json_error_t problem;
    json_t *json;

    ck_assert_msg(write(&out, &err), "%s", err.cause);
    json = json_loadb((const char *)out.data, out.size, JSON_REJECT_DUPLICATES, &problem);
    ck_assert_msg(json != NULL, "%s", problem.text);
    bytes_clear(&out);
    return json;
}

START_TEST(the_page_is_small_enough_for_a_tablet)
{
    size_t size = 0;
    bool has_shell = false;

    for (size_t i = 0; i < page_asset_count; i++) {
        size += page_assets[i].size;
        has_shell = has_shell || strcmp(page_assets[i].path, "/") == 0;
        ck_assert_msg(page_assets[i].path[0] == '/' && page_assets[i].media_type[0] != '\0' && page_assets[i].size > 0, "%s",
                      page_assets[i].path);
    }
    ck_assert(has_shell);
    ck_assert_msg(size <= ASSETS_BYTES_MAX, "%zu bytes are more than %d", size, ASSETS_BYTES_MAX);
}
END_TEST

START_TEST(scripts_and_styles_come_without_what_only_their_authors_read)
{
    static const char licence[] = "/* SPDX-License-Identifier: Apache-2.0 */\n";
    size_t seen = 0;

    for (size_t i = 0; i < page_asset_count; i++) {
        const char *text = (const char *)page_assets[i].data, *ending = strrchr(page_assets[i].path, '.');

        if (ending == NULL || (strcmp(ending, ".js") != 0 && strcmp(ending, ".css") != 0))
            continue;
        seen++;
        ck_assert_msg(page_assets[i].size > strlen(licence) && memcmp(text, licence, strlen(licence)) == 0, "%s", page_assets[i].path);
        for (size_t at = 1; at < page_assets[i].size; at++)
            ck_assert_msg(text[at - 1] != '\n' || strchr(" \t\n", text[at]) == NULL, "%s", page_assets[i].path);
        ck_assert_msg(memmem(text, page_assets[i].size, "Not here:", 9) == NULL, "%s", page_assets[i].path);
    }
    ck_assert_uint_gt(seen, 2);
}
END_TEST

START_TEST(every_language_has_its_words)
{
    for (size_t i = 0; i < catalogue_count; i++) {
        struct bytes out = {0};
        struct error err = {0};
        json_t *json;

        ck_assert_msg(words_write(&catalogues[i], &out, &err), "%s", err.cause);
        json = json_loadb((const char *)out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_ptr_nonnull(json);
        ck_assert_str_eq(json_string_value(json_object_get(json, "language")), catalogues[i].language);
        ck_assert(json_is_object(json_object_get(json, "texts")));
        json_decref(json);
        bytes_clear(&out);
    }
}
END_TEST

/* As fold.js does it: composed, each letter in small by its own, looked up. */
static const char *fold_as_the_page(struct arena *arena, const json_t *map, const char *text)
{
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    struct bytes out = {0};
    const char *folded;

    ck_assert_ptr_nonnull(composed);
    for (const utf8proc_uint8_t *at = composed; *at != '\0';) {
        utf8proc_int32_t point;
        utf8proc_uint8_t letter[5] = {0};
        const char *to;

        at += utf8proc_iterate(at, -1, &point);
        utf8proc_encode_char(point, letter);
        to = json_string_value(json_object_get(map, (const char *)letter));
        if (to == NULL) {
            memset(letter, 0, sizeof letter);
            utf8proc_encode_char(utf8proc_tolower(point), letter);
            to = json_string_value(json_object_get(map, (const char *)letter));
        }
        to = to == NULL ? (const char *)letter : to;
        bytes_append(&out, to, strlen(to));
    }
    folded = arena_text_n(arena, (const char *)out.data, out.size);
    bytes_clear(&out);
    free(composed);
    return folded;
}

START_TEST(searching_on_the_page_folds_as_the_agent_does)
{
    static const char *const odd[] = {"Đorđe",  "ЂОРЂЕ", "djordje", "Ѓоко Ќосев", "Ćirić-Žužić", "O’Hara", "o‘Hara",
                                      "Šćepan", "Ňémec", "Łódź",    "Çaçak",      "Njegoš",      "Њего̀ш"};
    struct arena arena = {0};
    struct bytes people = {0};
    struct error err = {0};
    json_t *map = written(fold_write);
    char *line, *rest = NULL;
    size_t count = 0;

    ck_assert_msg(files_read(SOURCE_FOLDER "/tests/programme/people.csv", 1 << 24, &people, &err), "%s", err.cause);
    bytes_append(&people, "", 1);
    for (line = strtok_r((char *)people.data, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
        char *name = strchr(line, ',') + 1; /* the second cell; no name has a comma */

        name[strcspn(name, ",")] = '\0';
        ck_assert_str_eq(fold_as_the_page(&arena, map, name), text_fold(&arena, name));
        count++;
    }
    ck_assert_uint_gt(count, 100);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        ck_assert_str_eq(fold_as_the_page(&arena, map, odd[i]), text_fold(&arena, odd[i]));
    bytes_clear(&people);
    json_decref(map);
    arena_clear(&arena);
}
END_TEST

START_TEST(only_letters_that_change_are_told)
{
    json_t *map = written(fold_write);
    const char *letter;
    json_t *to;

    ck_assert_str_eq(json_string_value(json_object_get(map, "Ђ")), "dj");
    ck_assert_str_eq(json_string_value(json_object_get(map, "\xCC\x81")), ""); /* a combining acute */
    ck_assert_ptr_null(json_object_get(map, "a"));
    json_object_foreach(map, letter, to) ck_assert_msg(strcmp(letter, json_string_value(to)) != 0, "%s", letter);
    json_decref(map);
}
END_TEST

SUITE("page words", the_page_is_small_enough_for_a_tablet, scripts_and_styles_come_without_what_only_their_authors_read,
      every_language_has_its_words, searching_on_the_page_folds_as_the_agent_does, only_letters_that_change_are_told)
