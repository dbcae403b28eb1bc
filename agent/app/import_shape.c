// SPDX-License-Identifier: Apache-2.0
/* Which entity a CSV file is about: its header says so.
 *
 * Not here:  the lines below the header.
 */
#include <string.h>

#include "agent/app/import_plan.h"
#include "agent/app/names.h"

static bool column_fits(const struct entity *entity, const char *column)
{
    return strcmp(column, IMPORT_ID_COLUMN) == 0 || (strcmp(column, FIELD_REMOVED) != 0 && entity_field(entity, column) != NULL);
}

/* The first column that the entity has not; NULL: none. */
static const char *odd_column(const struct entity *entity, const struct csv_record *header)
{
    for (size_t i = 0; i < header->count; i++)
        if (!column_fits(entity, header->cells[i]))
            return header->cells[i];
    return NULL;
}

/* The first column that the list cannot do without and the header has not; NULL: none. */
static const char *missing_column(const struct entity *entity, const struct csv_record *header)
{
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        bool there = (field->flags & (FIELD_REQUIRED | FIELD_KEY | FIELD_CODE)) == 0;

        for (size_t j = 0; j < header->count && !there; j++)
            there = strcmp(header->cells[j], field->name) == 0;
        if (!there)
            return field->name;
    }
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

static const struct entity *entity_of(const char *name, const struct csv_record *header)
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
static const struct entity *entity_meant(const char *name, const struct csv_record *header)
{
    const struct entity *meant = NULL;
    size_t most = 0;

    for (size_t i = 0; i < entity_count; i++) {
        size_t fits = 0;

        for (size_t j = 0; j < header->count; j++)
            fits += column_fits(&entities[i], header->cells[j]);
        fits += fits > 0 && name_says(&entities[i], name) ? header->count : 0;
        if (is_importable(&entities[i]) && fits > most) {
            meant = &entities[i];
            most = fits;
        }
    }
    return most * 2 >= header->count ? meant : NULL;
}

static bool no_entity(const char *name, const struct csv_record *header, struct error *err)
{
    const struct entity *meant = entity_meant(name, header);
    char words[NAME_BYTES_MAX + 1];
    const char *odd, *missing;

    if (meant == NULL)
        return error_set(err, ERROR_INVALID,
                         "Use the columns of municipalities, activities, sessions, people or enrolments; `teren help import` lists them.",
                         "the header fits no list that can be imported: it begins with \"%.40s\"", header->cells[0]);
    names_in_words(meant->plural, words);
    if ((odd = odd_column(meant, header)) != NULL)
        return error_set(err, ERROR_INVALID, "Leave that column out, or mend its name.", "a list of %s has no column \"%.40s\"", words,
                         odd);
    if ((missing = missing_column(meant, header)) != NULL)
        return error_set(err, ERROR_INVALID, "Add it: a list cannot do without.", "the column %s is missing from the list of %s", missing,
                         words);
    return error_set(err, ERROR_INVALID, "Name the file after its list: municipalities.csv, people.csv and so on.",
                     "the header fits several lists");
}

static bool columns_are_single(const struct csv_record *header, struct error *err)
{
    for (size_t i = 0; i < header->count; i++)
        for (size_t j = i + 1; j < header->count; j++)
            if (strcmp(header->cells[i], header->cells[j]) == 0)
                return error_set(err, ERROR_INVALID, "Leave one of them out.", "the column %.40s stands there twice", header->cells[i]);
    return true;
}

bool import_shape_read(struct arena *arena, const struct import_file *file, struct import_shape *ret, struct error *err)
{
    struct csv_record header = {0};
    struct error why = {0};

    *ret = (struct import_shape){.file = file, .reader = csv_reader_of(file->content)};
    if (!csv_read(arena, &ret->reader, &header, &why))
        return error_set(err, ERROR_INVALID, "Save it as CSV in UTF-8.", "%s", why.kind == ERROR_NONE ? "the file is empty" : why.cause);
    if (!columns_are_single(&header, err))
        return false;
    ret->entity = entity_of(file->name, &header);
    if (ret->entity == NULL)
        return no_entity(file->name, &header, err);
    for (size_t i = 0; i < header.count; i++)
        ret->columns[i] = entity_field(ret->entity, header.cells[i]);
    ret->column_count = header.count;
    return true;
}
