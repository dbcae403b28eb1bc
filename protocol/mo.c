// SPDX-License-Identifier: Apache-2.0
/* A compiled catalogue, read where it lies.
 *
 * Not here:  what its texts are for.
 */
#include "protocol/mo.h"

#include <string.h>

enum { MO_HEADER_BYTES = 28, MO_ROW_BYTES = 8 };
#define MO_MAGIC UINT32_C(0x950412de)

static uint32_t u32_at(struct span all, size_t at)
{
    const uint8_t *data = all.data + at;

    return (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
}

static bool table_fits(const struct mo *mo, uint32_t at)
{
    return at <= mo->all.size && mo->count <= (mo->all.size - at) / MO_ROW_BYTES;
}

bool mo_read(struct span all, struct mo *ret)
{
    struct mo mo = {.all = all};

    *ret = (struct mo){0};
    if (all.data == NULL || all.size < MO_HEADER_BYTES || u32_at(all, 0) != MO_MAGIC || u32_at(all, 4) >> 16 != 0)
        return false;
    mo.count = u32_at(all, 8);
    mo.originals = u32_at(all, 12);
    mo.translations = u32_at(all, 16);
    if (!table_fits(&mo, mo.originals) || !table_fits(&mo, mo.translations))
        return false;
    *ret = mo;
    return true;
}

static struct mo_text row_at(const struct mo *mo, uint32_t table, uint32_t at)
{
    size_t row = (size_t)table + (size_t)at * MO_ROW_BYTES;
    size_t size, begin;

    if (at >= mo->count)
        return (struct mo_text){NULL, 0};
    size = u32_at(mo->all, row);
    begin = u32_at(mo->all, row + 4);
    if (begin >= mo->all.size || size >= mo->all.size - begin || mo->all.data[begin + size] != '\0')
        return (struct mo_text){NULL, 0};
    return (struct mo_text){(const char *)mo->all.data + begin, size};
}

struct mo_text mo_original(const struct mo *mo, uint32_t at)
{
    return row_at(mo, mo->originals, at);
}

struct mo_text mo_translation(const struct mo *mo, uint32_t at)
{
    return row_at(mo, mo->translations, at);
}

/* As strcmp orders "context\004text" and the key, without putting the former together. */
static int compare(const char *context, const char *text, const char *key)
{
    if (context != NULL) {
        size_t size = strlen(context);
        int order = strncmp(context, key, size);

        if (order != 0)
            return order;
        if (key[size] != MO_CONTEXT_END)
            return MO_CONTEXT_END - (int)(unsigned char)key[size];
        key += size + 1;
    }
    return strcmp(text, key);
}

struct mo_text mo_find(const struct mo *mo, const char *context, const char *text)
{
    uint32_t low = 0, high = mo->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct mo_text key = mo_original(mo, middle);
        int order = key.text == NULL ? 0 : compare(context, text, key.text);

        if (key.text == NULL)
            break;
        if (order == 0)
            return mo_translation(mo, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return (struct mo_text){NULL, 0};
}

const char *mo_form(struct mo_text forms, size_t form)
{
    const char *at = forms.text;

    if (at == NULL)
        return NULL;
    for (; form > 0; form--) {
        at += strlen(at);
        if (at == forms.text + forms.size)
            return NULL;
        at++;
    }
    return at[0] == '\0' ? NULL : at;
}
