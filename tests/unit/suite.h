// SPDX-License-Identifier: Apache-2.0
/* What every test program needs around its promises: a suite that runs them and an exit code that tells.
 *
 * Here:      running a list of tests.
 * Not here:  anything about what is tested.
 */
#ifndef TESTS_UNIT_SUITE_H
#define TESTS_UNIT_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int suite_run(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create(name);
    SRunner *runner;
    int failed;

    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SUITE("error", test, test, ...) is a program's main. */
#define SUITE(name, ...)                                                                                                                   \
    int main(void)                                                                                                                         \
    {                                                                                                                                      \
        const TTest *const tests[] = {__VA_ARGS__};                                                                                        \
                                                                                                                                           \
        return suite_run(name, tests, sizeof tests / sizeof tests[0]);                                                                     \
    }

#endif
