// SPDX-License-Identifier: Apache-2.0
/* Which entity a CSV file is about: its header says so.
 *
 * Not here:  the lines below the header.
 */
#include <string.h>

#include "agent/app/import_plan.h"

static bool header_fits(const struct entity *entity, const struct csv_record *header)
{
    for (size_t i = 0; i < header->count; i++)
        if (strcmp(header->cells[i], FIELD_REMOVED) == 0 || entity_field(entity, header->cells[i]) == NULL)
            return false;
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        bool there = false;

        for (size_t j = 0; j < header->count && !there; j++)
            there = strcmp(header->cells[j], field->name) == 0;
        if (!there && (field->flags & (FIELD_REQUIRED | FIELD_KEY | FIELD_CODE)) != 0)
            return false;
    }
    return true;
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
        if ((entities[i].flags & (ENTITY_IMPORTED | ENTITY_EDITED)) == 0 || !header_fits(&entities[i], header))
            continue;
        if (name_says(&entities[i], name))
            return &entities[i];
        found = &entities[i];
        fits++;
    }
    return fits == 1 ? found : NULL;
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
        return error_set(err, ERROR_INVALID,
                         "Use the columns of municipalities, activities, sessions, people or enrolments; `teren help import` lists them.",
                         "the header fits no list that can be imported: it begins with \"%.40s\"", header.count > 0 ? header.cells[0] : "");
    for (size_t i = 0; i < header.count; i++)
        ret->columns[i] = entity_field(ret->entity, header.cells[i]);
    ret->column_count = header.count;
    return true;
}
