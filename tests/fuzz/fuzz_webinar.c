// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a webinar's report: it ends, within its bounds, and whatever was read is text and time that may be kept.
 *
 * Here:      the target. The first byte says what is asked: the order of day and month, and whether a day is known.
 * Not here:  the rules (protocol/webinar.h).
 */
#include <string.h>

#include "protocol/text.h"
#include "protocol/webinar.h"
#include "tests/fuzz/fuzz.h"

static void is_text(const char *text)
{
    fuzz_require(text != NULL && text_is_allowed(text, strlen(text)));
}

static void is_sound(const struct webinar_report *report, size_t size)
{
    size_t joins = 0;

    is_text(report->topic);
    fuzz_require(report->people_count + report->left_out_count <= WEBINAR_PEOPLE_MAX &&
                 report->people_count + report->left_out_count <= size);
    for (size_t i = 0; i < report->people_count; i++) {
        const struct webinar_person *person = &report->people[i];

        is_text(person->name);
        is_text(person->clean);
        is_text(person->other);
        is_text(person->email);
        is_text(person->role);
        fuzz_require(person->join_count > 0);
        joins += person->join_count;
    }
    for (size_t i = 0; i < report->left_out_count; i++)
        is_text(report->left_out[i].name);
    fuzz_require(joins <= WEBINAR_JOINS_MAX + WEBINAR_PEOPLE_MAX);
}

static void counts_no_more_than_the_window(const struct webinar_report *report)
{
    const struct interval window = {report->began_ms, report->began_ms + 3600 * 1000};

    for (size_t i = 0; i < report->people_count; i++) {
        const int64_t seconds = intervals_seconds(report->people[i].joins, report->people[i].join_count, window);

        fuzz_require(seconds >= 0 && seconds <= 3600);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct webinar_asked asked = {.order = WEBINAR_ORDER_UNKNOWN};
    struct webinar_report report;
    struct arena arena = {0};
    struct error err = {0};

    if (size == 0)
        return 0;
    asked.order = (enum webinar_order)(data[0] % 3);
    asked.date = (data[0] & 4) != 0 ? "2026-10-15" : NULL;
    if (webinar_read(&arena, (struct span){data + 1, size - 1}, &asked, &report, &err)) {
        fuzz_require(err.kind == ERROR_NONE);
        is_sound(&report, size);
        counts_no_more_than_the_window(&report);
    } else {
        fuzz_require(err.kind == ERROR_INVALID || err.kind == ERROR_LIMIT);
        fuzz_require(err.cause[0] != '\0');
    }
    arena_clear(&arena);
    return 0;
}
