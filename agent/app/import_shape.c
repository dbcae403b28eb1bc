// SPDX-License-Identifier: Apache-2.0
/* Which entity a CSV file is about: its header says so, by the names of fields or by their labels in any language that we speak.
 *
 * Not here:  the lines below the header.
 */
#include <string.h>

#include "agent/app/import_plan.h"
#include "agent/app/names.h"
#include "protocol/catalogue.h"
#include "protocol/charset.h"
#include "protocol/text.h"

/* A header read against every entity. */
struct header {
    struct csv_record record;
    const char **folded;         /* of each cell, for comparing with labels */
    const struct field **fields; /* [entity][cell]: the field that the column is for this entity; NULL: none */
};

/* Stands for the column `id`, which is no field. */
static const struct field id_column = {.name = IMPORT_ID_COLUMN};

static const struct field *column_of(const struct header *header, const struct entity *entity, size_t cell)
{
    return header->fields[(size_t)(entity - entities) * header->record.count + cell];
}

static bool is_taken(const struct header *header, const struct entity *entity, const struct field *field)
{
    for (size_t i = 0; i < header->record.count; i++)
        if (column_of(header, entity, i) == field)
            return true;
    return false;
}

/* The label is how one of our languages calls it: "Full name", "Ime i prezime", "Име и презиме". */
static bool label_is(struct arena *scratch, const struct field *field, const char *folded)
{
    for (size_t i = 0; i < catalogue_count; i++) {
        const char *label = text_fold(scratch, say(&catalogues[i], field->label));

        if (label != NULL && strcmp(label, folded) == 0)
            return true;
    }
    return false;
}

/* Names first: a label may be the name of another field. */
static void map_entity(struct arena *scratch, struct header *header, const struct entity *entity)
{
    const struct field **map = &header->fields[(size_t)(entity - entities) * header->record.count];

    for (size_t i = 0; i < header->record.count; i++) {
        const char *cell = header->record.cells[i];

        map[i] = strcmp(cell, IMPORT_ID_COLUMN) == 0 ? &id_column : strcmp(cell, FIELD_REMOVED) == 0 ? NULL : entity_field(entity, cell);
    }
    for (size_t k = 0; k < entity->field_count; k++) {
        bool taken = is_taken(header, entity, &entity->fields[k]);

        for (size_t i = 0; i < header->record.count && !taken; i++)
            if (map[i] == NULL && label_is(scratch, &entity->fields[k], header->folded[i])) {
                map[i] = &entity->fields[k];
                taken = true;
            }
    }
}

static bool header_map(struct arena *arena, struct header *header, struct error *err)
{
    size_t count = header->record.count;
    struct arena scratch = {0};

    header->folded = arena_take_many(arena, count, sizeof *header->folded);
    header->fields = arena_take_many(arena, entity_count * count, sizeof *header->fields);
    if (header->folded == NULL || header->fields == NULL)
        return error_set(err, ERROR_MEMORY, "Import in parts.", "no memory for the import");
    for (size_t i = 0; i < count; i++) {
        struct error ignored = {0}; /* a cell that is no text is no label */
        const char *clean = header->record.cells[i];

        text_clean(arena, "", clean, strlen(clean), &clean, &ignored);
        header->folded[i] = text_fold(arena, clean);
        if (header->folded[i] == NULL)
            header->folded[i] = "";
    }
    for (size_t e = 0; e < entity_count; e++) {
        map_entity(&scratch, header, &entities[e]);
        arena_clear(&scratch);
    }
    return true;
}

/* The first column that the entity has not; NULL: none. */
static const char *odd_column(const struct entity *entity, const struct header *header)
{
    for (size_t i = 0; i < header->record.count; i++)
        if (column_of(header, entity, i) == NULL)
            return header->record.cells[i];
    return NULL;
}

/* The label of the first column that the list cannot do without and the header has not; NULL: none. */
static const char *missing_column(const struct entity *entity, const struct header *header)
{
    for (size_t i = 0; i < entity->field_count; i++)
        if ((entity->fields[i].flags & (FIELD_REQUIRED | FIELD_KEY | FIELD_CODE)) != 0 && !is_taken(header, entity, &entity->fields[i]))
            return entity->fields[i].label;
    return NULL;
}

static bool is_importable(const struct entity *entity)
{
    return (entity->flags & (ENTITY_IMPORTED | ENTITY_EDITED)) != 0;
}

/* "lists/people.csv" is about people. */
static bool name_says(const struct entity *entity, const char *name)
{
    const char *slash = strrchr(name, '/');
    size_t size = strlen(entity->plural);

    name = slash == NULL ? name : slash + 1;
    return strncmp(name, entity->plural, size) == 0 && (name[size] == '.' || name[size] == '\0');
}

static const struct entity *entity_of(const char *name, const struct header *header)
{
    const struct entity *found = NULL;
    size_t fits = 0;

    for (size_t i = 0; i < entity_count; i++) {
        if (!is_importable(&entities[i]) || odd_column(&entities[i], header) != NULL || missing_column(&entities[i], header) != NULL)
            continue;
        if (name_says(&entities[i], name))
            return &entities[i];
        found = &entities[i];
        fits++;
    }
    return fits == 1 ? found : NULL;
}

/* The list that was most likely meant: the one that the file's name says, else the one that most columns fit. NULL when fewer than half
 * do: then naming one column would mislead. */
static const struct entity *entity_meant(const char *name, const struct header *header)
{
    const struct entity *meant = NULL;
    size_t most = 0;

    for (size_t i = 0; i < entity_count; i++) {
        size_t fits = 0;

        for (size_t j = 0; j < header->record.count; j++)
            fits += column_of(header, &entities[i], j) != NULL;
        fits += fits > 0 && name_says(&entities[i], name) ? header->record.count : 0;
        if (is_importable(&entities[i]) && fits > most) {
            meant = &entities[i];
            most = fits;
        }
    }
    return most * 2 >= header->record.count ? meant : NULL;
}

static bool no_entity(const char *name, const struct header *header, struct error *err)
{
    const struct entity *meant = entity_meant(name, header);
    const char *odd, *missing;

    if (meant == NULL)
        return error_set(err, ERROR_INVALID,
                         "Use the columns of municipalities, activities, sessions, people or enrolments; `teren help import` lists them.",
                         "the header fits no list that can be imported: it begins with \"%.40s\"", header->record.cells[0]);
    if ((odd = odd_column(meant, header)) != NULL)
        return error_set(err, ERROR_INVALID, "Leave that column out, or mend its name.", "the list \"%s\" has no column \"%.40s\"",
                         meant->labels, odd);
    if ((missing = missing_column(meant, header)) != NULL)
        return error_set(err, ERROR_INVALID, "Add it: a list cannot do without.", "the column \"%s\" is missing from the list \"%s\"",
                         missing, meant->labels);
    return error_set(err, ERROR_INVALID, "Name the file after its list: municipalities.csv, people.csv and so on.",
                     "the header fits several lists");
}

static bool columns_are_single(const struct csv_record *record, struct error *err)
{
    for (size_t i = 0; i < record->count; i++)
        for (size_t j = i + 1; j < record->count; j++)
            if (strcmp(record->cells[i], record->cells[j]) == 0)
                return error_set(err, ERROR_INVALID, "Leave one of them out.", "the column %.40s stands there twice", record->cells[i]);
    return true;
}

bool import_shape_read(struct arena *arena, const struct import_file *file, struct import_shape *ret, struct error *err)
{
    struct header header = {.folded = NULL};
    struct error why = {0};

    *ret = (struct import_shape){.file = file, .reader = csv_reader_of(file->content)};
    if (!charset_is_text(file->content, err))
        return false;
    if (!csv_read(arena, &ret->reader, &header.record, &why))
        return error_set(err, ERROR_INVALID, "Save it as CSV in UTF-8.", "%s",
                         why.kind == ERROR_NONE ? N_("the file is empty") : why.cause);
    if (!columns_are_single(&header.record, err) || !header_map(arena, &header, err))
        return false;
    ret->entity = entity_of(file->name, &header);
    if (ret->entity == NULL)
        return no_entity(file->name, &header, err);
    for (size_t i = 0; i < header.record.count; i++) {
        const struct field *field = column_of(&header, ret->entity, i);

        ret->columns[i] = field == &id_column ? NULL : field;
    }
    ret->column_count = header.record.count;
    return true;
}
