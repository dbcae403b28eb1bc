// SPDX-License-Identifier: Apache-2.0
/* One error through all layers.
 *
 * Here:      what error.h promises.
 * Not here:  how programs print it.
 */
#include "protocol/error.h"

#include <string.h>

#include "tests/unit/suite.h"

START_TEST(the_first_failure_stays)
{
    struct error err = {0};

    ck_assert(!error_set(&err, ERROR_STORAGE, "Free some space.", "cannot write page %d", 7));
    ck_assert(!error_set(&err, ERROR_INVALID, "Other.", "another"));
    ck_assert_int_eq(err.kind, ERROR_STORAGE);
    ck_assert_str_eq(err.cause, "cannot write page 7");
    ck_assert_str_eq(err.remedy, "Free some space.");
    error_clear(&err);
    ck_assert_int_eq(err.kind, ERROR_NONE);
    ck_assert_str_eq(err.cause, "");
    error_set(&err, ERROR_INVALID, NULL, "another");
    ck_assert_str_eq(err.cause, "another");
    ck_assert_str_eq(err.remedy, "");
}
END_TEST

START_TEST(nobody_needs_to_want_it)
{
    ck_assert(!error_set(NULL, ERROR_INVALID, "x", "y"));
    error_clear(NULL);
}
END_TEST

START_TEST(an_error_is_one_line_whatever_is_put_in_it)
{
    struct error err = {0};

    error_set(&err, ERROR_INVALID, "a\nb", "%s", "x\ny\tz\x1b[31m\x7f \xC2\x85 \xE2\x80\xA8 \xE2\x80\xAE \xFF \xC3");
    ck_assert_str_eq(err.cause, "x?y?z?[31m? ?? ??? ??? ? ?");
    ck_assert_str_eq(err.remedy, "a?b");
}
END_TEST

START_TEST(letters_of_all_scripts_stay)
{
    struct error err = {0};

    error_set(&err, ERROR_INVALID, "", "%s", "Трговиште, Çorovodë, 𝕏");
    ck_assert_str_eq(err.cause, "Трговиште, Çorovodë, 𝕏");
}
END_TEST

START_TEST(a_long_cause_is_cut_between_characters)
{
    struct error err = {0};
    char text[ERROR_CAUSE_BYTES + 1];

    memset(text, 'a', sizeof text);
    text[ERROR_CAUSE_BYTES - 1] = '\0'; /* the longest that fits */
    error_set(&err, ERROR_INVALID, "", "%s", text);
    ck_assert_uint_eq(strlen(err.cause), ERROR_CAUSE_BYTES - 1);
    error_clear(&err);

    memcpy(text + ERROR_CAUSE_BYTES - 2, "\xD0\x82", 3); /* one byte more, and the cut would go through a letter */
    error_set(&err, ERROR_INVALID, "", "%s", text);
    ck_assert_uint_eq(strlen(err.cause), ERROR_CAUSE_BYTES - 2);
    ck_assert_int_eq(err.cause[ERROR_CAUSE_BYTES - 3], 'a');
}
END_TEST

START_TEST(a_long_remedy_is_cut)
{
    struct error err = {0};
    char text[ERROR_REMEDY_BYTES + 1];

    memset(text, 'a', sizeof text - 1);
    text[ERROR_REMEDY_BYTES] = '\0';
    error_set(&err, ERROR_INVALID, text, "x");
    ck_assert_uint_eq(strlen(err.remedy), ERROR_REMEDY_BYTES - 1);
}
END_TEST

START_TEST(every_kind_has_its_own_name_and_exit_code)
{
    ck_assert_int_eq(error_exit_code(ERROR_NONE), 0);
    for (int a = 1; a < ERROR_KINDS; a++) {
        ck_assert_int_ge(error_exit_code((enum error_kind)a), 2);
        ck_assert_int_lt(error_exit_code((enum error_kind)a), 125);
        ck_assert_uint_gt(strlen(error_kind_meaning((enum error_kind)a)), 10);
        for (int b = 0; b < a; b++) {
            ck_assert_int_ne(error_exit_code((enum error_kind)a), error_exit_code((enum error_kind)b));
            ck_assert_str_ne(error_kind_name((enum error_kind)a), error_kind_name((enum error_kind)b));
        }
    }
    ck_assert_str_eq(error_kind_name(ERROR_KINDS), "unknown");
}
END_TEST

START_TEST(only_what_time_heals_mends_itself)
{
    for (int kind = 0; kind < ERROR_KINDS; kind++)
        ck_assert_int_eq(error_mends_itself((enum error_kind)kind), kind == ERROR_OFFLINE || kind == ERROR_RETRY || kind == ERROR_BUSY);
}
END_TEST

SUITE("error", the_first_failure_stays, nobody_needs_to_want_it, an_error_is_one_line_whatever_is_put_in_it, letters_of_all_scripts_stay,
      a_long_cause_is_cut_between_characters, a_long_remedy_is_cut, every_kind_has_its_own_name_and_exit_code,
      only_what_time_heals_mends_itself)
