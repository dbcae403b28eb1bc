// SPDX-License-Identifier: Apache-2.0
/* Finished sentences said in another language.
 *
 * Here:      finding the text that a sentence was printed with, and what was put into it; putting that into the translation.
 * Not here:  looking up a text that is known (catalogue.c).
 * Why        an error is made far below, where nobody knows who will read it; it may be kept in the store and read after a restart, or be
 * put into another one. A sentence that fits an English text of the catalogue is that text with something put in, whoever made it, so the
 * translation of that text says the same.
 */
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/mo.h"

enum {
    ARGUMENTS_MAX = 9,    /* of one text */
    LITERALS_MIN = 5,     /* bytes of its own that a text needs, so that "%s: %s" is not taken for everything */
    DEPTH_MAX = 3,        /* sentences within sentences */
    LIST_PART_BYTES = 64, /* of one part of a list, with the NUL */
};

struct argument {
    const char *text;
    size_t size;
    char conversion; /* the letter; '*' for a width or precision that is handed in; 0: not seen */
    bool quoted;
};
struct sentence {
    struct argument arguments[ARGUMENTS_MAX];
    size_t literals; /* bytes of the text that stand in the sentence as they are */
};

/* Where in the list of arguments the conversion at `format` ("%s", "%2$.*1$s", "%-5llu") looks, and what follows it. *next counts arguments
 * that are taken in order. False: it is none that we know. */
static bool conversion_read(const char *format, size_t *next, size_t *ret_index, char *ret_letter, const char **ret_end)
{
    const char *at = format + 1;
    size_t position = 0;

    if (*at >= '1' && *at <= '9' && at[1] == '$') {
        position = (size_t)(*at - '0');
        at += 2;
    }
    for (; *at != '\0' && strchr("-+ #0123456789.*", *at) != NULL; at++) {
        if (*at != '*')
            continue;
        if (at[1] >= '1' && at[1] <= '9' && at[2] == '$')
            at += 2;
        else
            (*next)++;
    }
    while (*at != '\0' && strchr("hljzt", *at) != NULL)
        at++;
    *ret_index = position > 0 ? position - 1 : (*next)++;
    *ret_letter = *at;
    *ret_end = at + 1;
    return *at != '\0' && strchr("diuxXcs", *at) != NULL && *ret_index < ARGUMENTS_MAX;
}

static bool looks_right(const struct argument *argument)
{
    static const char digits[] = "0123456789abcdefABCDEF-+ ";

    if (argument->conversion == 's' || argument->conversion == 'c' || argument->conversion == '\0')
        return true;
    for (size_t i = 0; i < argument->size; i++)
        if (strchr(argument->conversion == 'x' || argument->conversion == 'X' ? digits : "0123456789-+ ", argument->text[i]) == NULL)
            return false;
    return argument->size > 0;
}

/* Is the sentence this text with something put in? Each gap takes as little as it can, the last one what is left: one pass, and back to the
 * last gap alone. */
static bool fits(const char *format, const char *sentence, struct sentence *ret)
{
    struct argument *gap = NULL;
    const char *after_gap = NULL;
    size_t literals_before_gap = 0;
    size_t next = 0;

    *ret = (struct sentence){0};
    while (*format != '\0' || *sentence != '\0') {
        if (format[0] == '%' && format[1] != '%') {
            bool quoted = after_gap != format && ret->literals > 0 && strchr("\"`", format[-1]) != NULL;
            size_t index;
            char letter;

            if (!conversion_read(format, &next, &index, &letter, &format))
                return false;
            gap = &ret->arguments[index];
            *gap = (struct argument){sentence, 0, letter, quoted};
            after_gap = format;
            literals_before_gap = ret->literals;
        } else if (*format != '\0' && *format == *sentence) {
            format += format[0] == '%' ? 2 : 1;
            sentence++;
            ret->literals++;
        } else if (gap != NULL && gap->text[gap->size] != '\0') {
            gap->size++;
            sentence = gap->text + gap->size;
            format = after_gap;
            ret->literals = literals_before_gap;
        } else {
            return false;
        }
    }
    for (size_t i = 0; i < ARGUMENTS_MAX; i++)
        if (!looks_right(&ret->arguments[i]))
            return false;
    return true;
}

/* What is written to: `size` bytes with the NUL. */
struct page {
    char *text;
    size_t used, size;
};

static void put(struct page *page, const char *text, size_t size)
{
    size_t room = page->size - 1 - page->used;

    if (size > room) {
        size = room;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
            size--;                         /* not through a letter */
        page->size = page->used + size + 1; /* nothing follows the cut */
    }
    memcpy(page->text + page->used, text, size);
    page->used += size;
    page->text[page->used] = '\0';
}

static bool put_sentence(const struct catalogue *catalogue, const struct mo *mo, const char *sentence, unsigned depth, struct page *page);

static void put_argument(const struct catalogue *catalogue, const struct mo *mo, const struct argument *argument, unsigned depth,
                         struct page *page)
{
    char text[ERROR_CAUSE_BYTES];

    if (argument->quoted || argument->conversion != 's' || argument->size >= sizeof text) {
        put(page, argument->text, argument->size);
        return;
    }
    memcpy(text, argument->text, argument->size);
    text[argument->size] = '\0';
    put_sentence(catalogue, mo, text, depth + 1, page);
}

/* False when the translation asks for what the sentence does not have. */
static bool put_translation(const struct catalogue *catalogue, const struct mo *mo, const char *format, const struct sentence *sentence,
                            unsigned depth, struct page *page)
{
    size_t next = 0;

    while (*format != '\0') {
        size_t literal = strcspn(format, "%");
        size_t index;
        char letter;

        put(page, format, literal);
        format += literal;
        if (format[0] == '%' && format[1] == '%') {
            put(page, "%", 1);
            format += 2;
        } else if (format[0] == '%') {
            if (!conversion_read(format, &next, &index, &letter, &format) || sentence->arguments[index].conversion != letter)
                return false;
            put_argument(catalogue, mo, &sentence->arguments[index], depth, page);
        }
    }
    return true;
}

/* The number that chooses among plural forms: the first one put in; 1 where none was. */
static uint64_t number_in(const struct sentence *sentence)
{
    uint64_t number = 0;

    for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
        const struct argument *argument = &sentence->arguments[i];

        if (argument->conversion == '\0' || strchr("diu", argument->conversion) == NULL)
            continue;
        for (size_t k = 0; k < argument->size; k++)
            if (argument->text[k] >= '0' && argument->text[k] <= '9')
                number = number * 10 + (uint64_t)(argument->text[k] - '0');
        return number;
    }
    return 1;
}

/* The translation of the text that fits best: the one with most bytes of its own. NULL: none does. */
static const char *best_fit(const struct catalogue *catalogue, const struct mo *mo, const char *sentence, struct sentence *ret)
{
    const char *best = NULL;

    ret->literals = LITERALS_MIN - 1;
    for (uint32_t i = 0; i < mo->count; i++) {
        struct mo_text original = mo_original(mo, i);
        struct mo_text forms = mo_translation(mo, i);
        struct sentence found;
        const char *form;

        for (size_t k = 0; (form = mo_form(original, k)) != NULL; k++) {
            uint64_t number;

            if (strchr(form, '%') == NULL || !fits(form, sentence, &found) || found.literals <= ret->literals)
                continue;
            number = number_in(&found);
            form = mo_form(forms, strlen(original.text) == original.size ? 0
                                  : catalogue->form != NULL              ? catalogue->form(number)
                                                                         : number != 1);
            if (form == NULL)
                break;
            best = form;
            *ret = found;
        }
    }
    return best;
}

/* False: the catalogue does not know it; what was put is to be forgotten. */
static bool put_whole(const struct catalogue *catalogue, const struct mo *mo, const char *sentence, unsigned depth, struct page *page)
{
    const char *whole = sentence[0] == '\0' ? NULL : mo_form(mo_find(mo, NULL, sentence), 0);
    struct sentence found;

    if (whole != NULL) {
        put(page, whole, strlen(whole));
        return true;
    }
    if (depth >= DEPTH_MAX || strlen(sentence) < LITERALS_MIN)
        return false;
    whole = best_fit(catalogue, mo, sentence, &found);
    return whole != NULL && put_translation(catalogue, mo, whole, &found, depth, page);
}

/* Forgets what was put since. */
static void back_to(struct page *page, struct page then)
{
    *page = then;
    page->text[page->used] = '\0';
}

/* "WHAT: WHY", of which the catalogue knows the first at least. */
static bool put_parts(const struct catalogue *catalogue, const struct mo *mo, const char *sentence, unsigned depth, struct page *page)
{
    const struct page then = *page;
    char head[ERROR_CAUSE_BYTES];

    for (const char *at = strstr(sentence, ": "); at != NULL; at = strstr(at + 1, ": ")) {
        size_t size = (size_t)(at - sentence);

        if (size >= sizeof head)
            return false;
        memcpy(head, sentence, size);
        head[size] = '\0';
        if (put_whole(catalogue, mo, head, depth, page)) {
            put(page, ": ", 2);
            put_sentence(catalogue, mo, at + 2, depth + 1, page);
            return true;
        }
        back_to(page, then);
    }
    return false;
}

/* "Female, Male": all of whose parts the catalogue knows. */
static bool put_list(const struct mo *mo, const char *sentence, struct page *page)
{
    bool is_list = false;

    for (const char *at = sentence; at != NULL;) {
        const char *comma = strstr(at, ", "), *said;
        char part[LIST_PART_BYTES];
        size_t size = comma == NULL ? strlen(at) : (size_t)(comma - at);

        if (size == 0 || size >= sizeof part)
            return false;
        memcpy(part, at, size);
        part[size] = '\0';
        said = mo_form(mo_find(mo, NULL, part), 0);
        if (said == NULL)
            return false;
        put(page, said, strlen(said));
        is_list = is_list || comma != NULL;
        if (comma != NULL)
            put(page, ", ", 2);
        at = comma == NULL ? NULL : comma + 2;
    }
    return is_list;
}

/* False: the catalogue does not know it, and it is put as it is. */
static bool put_sentence(const struct catalogue *catalogue, const struct mo *mo, const char *sentence, unsigned depth, struct page *page)
{
    const struct page then = *page;

    if (put_whole(catalogue, mo, sentence, depth, page))
        return true;
    back_to(page, then);
    if (depth < DEPTH_MAX && put_parts(catalogue, mo, sentence, depth, page))
        return true;
    back_to(page, then);
    if (put_list(mo, sentence, page))
        return true;
    back_to(page, then);
    put(page, sentence, strlen(sentence));
    return false;
}

const char *say_sentence(const struct catalogue *catalogue, const char *sentence, char *ret, size_t size)
{
    struct page page = {ret, 0, size};
    struct mo mo = {0};

    ret[0] = '\0';
    if (catalogue != NULL && mo_read(catalogue->mo, &mo))
        put_sentence(catalogue, &mo, sentence, 0, &page);
    else
        put(&page, sentence, strlen(sentence));
    return ret;
}

const char *say_cause(const struct catalogue *catalogue, enum error_kind kind, const char *cause, char ret[SAID_BYTES])
{
    struct page page = {ret, 0, SAID_BYTES};
    const char *meaning = say(catalogue, error_kind_meaning(kind));
    struct mo mo = {0};

    ret[0] = '\0';
    if (catalogue == NULL || !mo_read(catalogue->mo, &mo)) {
        put(&page, cause, strlen(cause));
    } else if (!put_sentence(catalogue, &mo, cause, 0, &page) && cause[0] != '\0' && meaning != error_kind_meaning(kind)) {
        page = (struct page){ret, 0, SAID_BYTES};
        put(&page, meaning, strlen(meaning));
        put(&page, " (", 2);
        put(&page, cause, strlen(cause));
        put(&page, ")", 1);
    }
    return ret;
}

void say_error(const struct catalogue *catalogue, const struct error *err, char ret_cause[SAID_BYTES], char ret_remedy[SAID_BYTES])
{
    say_cause(catalogue, err->kind, err->cause, ret_cause);
    say_sentence(catalogue, err->remedy, ret_remedy, SAID_BYTES);
}
