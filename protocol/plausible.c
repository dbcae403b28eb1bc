// SPDX-License-Identifier: Apache-2.0
/* Values that are hardly meant.
 *
 * Not here:  what is refused (entities.c).
 */
#include "protocol/plausible.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/stamp.h"

static size_t digits_of(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text >= '0' && *text <= '9';
    return count;
}

const char *plausible_oddity(const struct entity *entity, const char *field, const char *typed, int64_t this_year)
{
    if (entity == NULL || strcmp(entity->name, "person") != 0 || typed == NULL || typed[0] == '\0')
        return NULL;
    if (strcmp(field, "birth_year") == 0)
        return this_year > 0 && strtoll(typed, NULL, 10) > this_year ? N_("the year of birth is still to come") : NULL;
    if (strcmp(field, "email") == 0)
        return strchr(typed, '@') == NULL ? N_("the e-mail address has no @ in it") : NULL;
    if (strcmp(field, "phone") == 0)
        return digits_of(typed) < PLAUSIBLE_PHONE_DIGITS_MIN ? N_("the phone number has fewer than 5 digits") : NULL;
    return NULL;
}

int64_t plausible_year(int64_t now_ms)
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(now_ms, text);
    text[sizeof "YYYY" - 1] = '\0';
    return strtoll(text, NULL, 10);
}
