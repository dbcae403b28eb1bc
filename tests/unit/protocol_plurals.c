// SPDX-License-Identifier: Apache-2.0
/* The plural rules that stand in protocol/catalogue.c are those that every .po tells its tools.
 *
 * Here:      a reader of the expressions that Plural-Forms may hold.
 * Not here:  looking texts up (protocol_catalogue.c).
 */
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/mo.h"
#include "tests/unit/suite.h"

/* The expression of a Plural-Forms header: C's ?: || && == != < > <= >= % ( ) n and numbers, by its grammar. */
struct expression {
    const char *at;
    uint64_t n;
};

static uint64_t choice(struct expression *in);

static bool takes(struct expression *in, const char *word)
{
    while (*in->at == ' ')
        in->at++;
    if (strncmp(in->at, word, strlen(word)) != 0)
        return false;
    in->at += strlen(word);
    return true;
}

static uint64_t atom(struct expression *in)
{
    uint64_t value;

    if (takes(in, "(")) {
        value = choice(in);
        ck_assert_msg(takes(in, ")"), "at %s", in->at);
        return value;
    }
    if (takes(in, "n"))
        return in->n;
    ck_assert_msg(*in->at >= '0' && *in->at <= '9', "at %s", in->at);
    return strtoull(in->at, (char **)&in->at, 10);
}

static uint64_t rest_of(struct expression *in)
{
    uint64_t value = atom(in);

    while (takes(in, "%"))
        value %= atom(in);
    return value;
}

static uint64_t comparison(struct expression *in)
{
    uint64_t value = rest_of(in);

    for (;;) {
        if (takes(in, "=="))
            value = value == rest_of(in);
        else if (takes(in, "!="))
            value = value != rest_of(in);
        else if (takes(in, "<="))
            value = value <= rest_of(in);
        else if (takes(in, ">="))
            value = value >= rest_of(in);
        else if (takes(in, "<"))
            value = value < rest_of(in);
        else if (takes(in, ">"))
            value = value > rest_of(in);
        else
            return value;
    }
}

static uint64_t both(struct expression *in)
{
    uint64_t value = comparison(in);

    while (takes(in, "&&")) {
        uint64_t other = comparison(in);

        value = value != 0 && other != 0;
    }
    return value;
}

static uint64_t either(struct expression *in)
{
    uint64_t value = both(in);

    while (takes(in, "||")) {
        uint64_t other = both(in);

        value = value != 0 || other != 0;
    }
    return value;
}

static uint64_t choice(struct expression *in)
{
    uint64_t value = either(in);
    uint64_t yes, no;

    if (!takes(in, "?"))
        return value;
    yes = choice(in);
    ck_assert_msg(takes(in, ":"), "at %s", in->at);
    no = choice(in);
    return value != 0 ? yes : no;
}

START_TEST(our_plural_rules_are_those_of_the_catalogues)
{
    for (size_t i = 1; i < catalogue_count; i++) {
        struct mo mo;
        struct mo_text header;
        const char *rule;
        const char *forms;

        ck_assert(mo_read(catalogues[i].mo, &mo));
        header = mo_find(&mo, NULL, "");
        ck_assert_ptr_nonnull(header.text);
        forms = strstr(header.text, "nplurals=");
        rule = strstr(header.text, "plural=");
        ck_assert_ptr_nonnull(forms);
        rule = strstr(forms, " plural=");
        ck_assert_ptr_nonnull(rule);
        for (uint64_t n = 0; n <= 1000; n++) {
            struct expression expression = {rule + strlen(" plural="), n};
            uint64_t form = choice(&expression);

            ck_assert(takes(&expression, ";"));
            ck_assert_uint_lt(form, strtoull(forms + strlen("nplurals="), NULL, 10));
            ck_assert_msg(catalogues[i].form(n) == form, "%s says form %u for %llu", catalogues[i].language, catalogues[i].form(n),
                          (unsigned long long)n);
        }
    }
}
END_TEST

SUITE("plurals", our_plural_rules_are_those_of_the_catalogues)
