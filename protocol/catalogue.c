// SPDX-License-Identifier: Apache-2.0
/* The languages we speak; texts looked up.
 *
 * Here:      the table of languages, plural rules, say() and its sisters, the page's texts.
 * Not here:  the format of a catalogue (mo.c), finished sentences (sentence.c), choosing a language.
 * A new language is a row here and a file protocol/po/LANGUAGE.po.
 */
#include "protocol/catalogue.h"

#include <string.h>

#include "protocol/catalogues_made.h"
#include "protocol/json_text.h"
#include "protocol/mo.h"

/* The plural rules, as each .po tells them in its Plural-Forms; a test compares the two. */
static unsigned form_one_or_more(uint64_t n)
{
    return n != 1;
}

static unsigned form_slavic(uint64_t n)
{
    uint64_t ones = n % 10, tens = n % 100;

    return ones == 1 && tens != 11 ? 0 : ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? 1 : 2;
}

static unsigned form_macedonian(uint64_t n)
{
    return n % 10 == 1 && n % 100 != 11 ? 0 : 1;
}

#define LOCALES(...)                                                                                                                       \
    (const char *const[])                                                                                                                  \
    {                                                                                                                                      \
        __VA_ARGS__, NULL                                                                                                                  \
    }
#define MADE(id)                                                                                                                           \
    {made_##id, sizeof made_##id},                                                                                                         \
    {                                                                                                                                      \
        made_page_##id, sizeof made_page_##id                                                                                              \
    }

const struct catalogue catalogues[] = {
    {"en", "English", LOCALES("en", "C", "POSIX"), {NULL, 0}, {NULL, 0}, form_one_or_more},
    {"sr-Cyrl", "Српски (ћирилица)", LOCALES("sr", "sr@cyrillic"), MADE(sr), form_slavic},
    {"sr-Latn", "Srpski (latinica)", LOCALES("sr@latin", "sh"), MADE(sr_latin), form_slavic},
    {"bs", "Bosanski", LOCALES("bs"), MADE(bs), form_slavic},
    {"sq", "Shqip", LOCALES("sq"), MADE(sq), form_one_or_more},
    {"mk", "Македонски", LOCALES("mk"), MADE(mk), form_macedonian},
};
const size_t catalogue_count = sizeof catalogues / sizeof catalogues[0];

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static bool is_same(const char *text, size_t size, const char *other)
{
    size_t i = 0;

    while (i < size && other[i] != '\0' && lower(text[i]) == lower(other[i]))
        i++;
    return i == size && other[i] == '\0';
}

static const struct catalogue *by_tag(const char *tag, size_t size)
{
    for (size_t i = 0; i < catalogue_count; i++)
        if (is_same(tag, size, catalogues[i].language))
            return &catalogues[i];
    return NULL;
}

const struct catalogue *catalogue_of(const char *language)
{
    return by_tag(language, strlen(language));
}

/* "sr_RS.UTF-8@latin": the language, with the modifier where one of ours has such a pair, else alone. */
static const struct catalogue *by_locale(const char *locale, size_t size)
{
    const struct catalogue *found = by_tag(locale, size);
    const char *modifier = memchr(locale, '@', size);
    size_t modifier_size = modifier == NULL ? 0 : size - (size_t)(modifier - locale);
    size_t language_size = 0;

    while (language_size < size && strchr("_.@-", locale[language_size]) == NULL)
        language_size++;
    for (size_t i = 0; found == NULL && modifier != NULL && i < catalogue_count; i++)
        for (const char *const *own = catalogues[i].locales; found == NULL && *own != NULL; own++) {
            const char *at = strchr(*own, '@');

            if (at != NULL && is_same(modifier, modifier_size, at) && (size_t)(at - *own) == language_size &&
                strncmp(locale, *own, language_size) == 0)
                found = &catalogues[i];
        }
    for (size_t i = 0; found == NULL && i < catalogue_count; i++)
        for (const char *const *own = catalogues[i].locales; found == NULL && *own != NULL; own++)
            if (is_same(locale, language_size, *own))
                found = &catalogues[i];
    return found;
}

const struct catalogue *catalogue_of_locale(const char *locale)
{
    while (*locale != '\0') {
        size_t size = strcspn(locale, ":");
        const struct catalogue *found = by_locale(locale, size);

        if (found != NULL)
            return found;
        locale += size + (locale[size] == ':');
    }
    return &catalogues[0];
}

static struct mo_text find(const struct catalogue *catalogue, const char *context, const char *text)
{
    struct mo mo;

    /* "" would be the header that translators keep their notes in. */
    if (catalogue == NULL || text[0] == '\0' || !mo_read(catalogue->mo, &mo))
        return (struct mo_text){NULL, 0};
    return mo_find(&mo, context, text);
}

const char *say(const struct catalogue *catalogue, const char *text)
{
    return say_in(catalogue, NULL, text);
}

const char *say_many(const struct catalogue *catalogue, const char *one, const char *many, uint64_t n)
{
    struct mo_text forms = find(catalogue, NULL, one);
    const char *said = forms.text == NULL ? NULL : mo_form(forms, catalogue->form != NULL ? catalogue->form(n) : form_one_or_more(n));

    return said != NULL ? said : n == 1 ? one : many;
}

const char *say_in(const struct catalogue *catalogue, const char *context, const char *text)
{
    const char *said = mo_form(find(catalogue, context, text), 0);

    return said != NULL ? said : text;
}

static void put_forms(struct json_text *json, const char *key, struct mo_text forms)
{
    const char *form;

    json_open(json, key, '[');
    for (size_t i = 0; (form = mo_form(forms, i)) != NULL; i++)
        json_put_text(json, NULL, form);
    json_shut(json, ']');
}

bool catalogue_page_json(const struct catalogue *catalogue, struct bytes *out)
{
    struct json_text json = {0};
    struct mo mo = {0};
    bool done;

    mo_read(catalogue->page, &mo);
    json_open(&json, NULL, '{');
    json_put_text(&json, "language", catalogue->language);
    json_open(&json, "texts", '{');
    for (uint32_t i = 0; i < mo.count; i++) {
        struct mo_text key = mo_original(&mo, i);
        struct mo_text text = mo_translation(&mo, i);

        if (key.text == NULL || key.size == 0 || mo_form(text, 0) == NULL)
            continue;
        if (strlen(key.text) < key.size)
            put_forms(&json, key.text, text);
        else
            json_put_text(&json, key.text, text.text);
    }
    json_shut(&json, '}');
    json_shut(&json, '}');
    done = !json.out.failed && bytes_append(out, json.out.data, json.out.size);
    bytes_clear(&json.out);
    return done;
}
