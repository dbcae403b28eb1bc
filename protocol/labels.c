// SPDX-License-Identifier: Apache-2.0
/* Words for people where what is recorded has words for programs.
 *
 * Not here:  what is allowed (protocol/entities.c).
 */
#include "protocol/labels.h"

#include <string.h>

#include "protocol/text.h"

const struct word_label activity_kinds[] = {
    {"teacher_training", N_("Teacher training")},
    {"official_training", N_("Training of officials")},
    {"participatory_training", N_("Participatory training")},
    {"webinar", N_("Webinar")},
    {"learning_cluster", N_("Learning cluster")},
    {"exchange", N_("Exchange")},
    {"study_visit", N_("Study visit")},
    {"meeting", N_("Meeting")},
    {"workshop", N_("Workshop")},
    {"conference", N_("Conference")},
    {NULL, NULL},
};

static const struct word_label choices[] = {
    {"in_person", N_("In person")},
    {"online", N_("Online")},
    {"hybrid", N_("In person and online")},
    {"F", N_("Female")},
    {"M", N_("Male")},
    {"other", N_("Other")},
    {"undisclosed", N_("Rather not said")},
    {"participant", N_("Participant")},
    {"trainer", N_("Trainer")},
    {"speaker", N_("Speaker")},
    {"organiser", N_("Organiser")},
    {"observer", N_("Observer")},
    {"interpreter", N_("Interpreter")},
    {"present", N_("Present")},
    {"late", N_("Late")},
    {"absent", N_("Absent")},
    {"excused", N_("Excused")},
    {"same", N_("One person")},
    {"different", N_("Two people")},
    {"text", N_("Text")},
    {"integer", N_("Whole number")},
    {"choice", N_("Choice")},
    {"date", N_("Date")},
    {"time", N_("Time")},
    {"moment", N_("Moment")},
    {"row", N_("Row")},
    {"flag", N_("Yes or no")},
    {NULL, NULL},
};

static const char *label_in(const struct word_label *table, const char *word)
{
    for (; table->word != NULL; table++)
        if (strcmp(table->word, word) == 0)
            return table->label;
    return NULL;
}

const char *label_of_choice(const char *word)
{
    const char *label = label_in(choices, word);

    return label == NULL ? word : label;
}

static bool is_label_of(struct arena *arena, const char *word, const char *folded)
{
    for (size_t i = 0; i < catalogue_count; i++) {
        const char *label = text_fold(arena, say(&catalogues[i], label_of_choice(word)));

        if (label != NULL && strcmp(label, folded) == 0)
            return true;
    }
    return false;
}

const char *choice_of_label(struct arena *arena, const struct field *field, const char *typed)
{
    const char *folded = text_fold(arena, typed);
    const char *words = field->type == FIELD_CHOICE && folded != NULL ? field->choices : "";

    while (*words != '\0') {
        const char *word = arena_text_n(arena, words, strcspn(words, " "));

        if (word != NULL && is_label_of(arena, word, folded))
            return word;
        words += strcspn(words, " ");
        words += *words == ' ';
    }
    return NULL;
}

bool labels_refuse(struct arena *arena, const struct field *field, struct error *err)
{
    const char *labels = "";

    for (const char *word = field->choices; labels != NULL && *word != '\0'; word += strcspn(word, " "), word += *word == ' ') {
        const char *copy = arena_text_n(arena, word, strcspn(word, " "));

        labels = copy == NULL ? NULL : arena_format(arena, "%s%s%s", labels, *labels == '\0' ? "" : ", ", label_of_choice(copy));
    }
    error_clear(err);
    return error_set(err, ERROR_INVALID, "Correct the value and try again.", "%s: must be one of %s", field->label,
                     labels == NULL ? field->choices : labels);
}

const char *label_of_kind(struct arena *arena, const struct catalogue *catalogue, const char *kind)
{
    const char *label = kind == NULL ? NULL : label_in(activity_kinds, kind);
    char *words;

    if (kind == NULL)
        return "";
    if (label != NULL)
        return say(catalogue, label);
    words = arena_text(arena, kind);
    for (char *at = words; at != NULL && *at != '\0'; at++)
        *at = *at == '_' ? ' ' : *at;
    return words;
}

static bool is_blank(const char *text)
{
    return text == NULL || *text == '\0';
}

const char *label_in_script(const struct catalogue *catalogue, const char *latin, const char *cyrillic)
{
    bool reads_cyrillic = catalogue != NULL && (strcmp(catalogue->language, "sr-Cyrl") == 0 || strcmp(catalogue->language, "mk") == 0);

    if (is_blank(latin) || (reads_cyrillic && !is_blank(cyrillic)))
        return is_blank(cyrillic) ? "" : cyrillic;
    return latin;
}
