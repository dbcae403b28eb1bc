// SPDX-License-Identifier: Apache-2.0
/* Catalogues looked up in memory.
 *
 * Not here:  choosing a language, the translations.
 */
#include "protocol/catalogue.h"

#include <stdio.h>
#include <string.h>

static const char *const english[] = {"en", NULL};
const struct catalogue catalogues[] = {{"en", "English", english, {NULL, 0}}};
const size_t catalogue_count = sizeof catalogues / sizeof catalogues[0];

const struct catalogue *catalogue_of(const char *language)
{
    return strcmp(language, "en") == 0 ? &catalogues[0] : NULL;
}

const struct catalogue *catalogue_of_locale(const char *locale)
{
    (void)locale;
    return &catalogues[0];
}

const char *say(const struct catalogue *catalogue, const char *text)
{
    (void)catalogue;
    return text;
}

const char *say_many(const struct catalogue *catalogue, const char *one, const char *many, uint64_t n)
{
    (void)catalogue;
    return n == 1 ? one : many;
}

const char *say_in(const struct catalogue *catalogue, const char *context, const char *text)
{
    (void)catalogue;
    (void)context;
    return text;
}

void say_error(const struct catalogue *catalogue, const struct error *err, char ret_cause[ERROR_CAUSE_BYTES],
               char ret_remedy[ERROR_REMEDY_BYTES])
{
    (void)catalogue;
    snprintf(ret_cause, ERROR_CAUSE_BYTES, "%s", err->cause);
    snprintf(ret_remedy, ERROR_REMEDY_BYTES, "%s", err->remedy);
}
