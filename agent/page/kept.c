// SPDX-License-Identifier: Apache-2.0
/* What is kept of people between two questions of the page.
 *
 * Not here:  what it is (agent/app/similar.h, agent/app/find.h).
 */
#include "agent/page/kept.h"

static struct similar *similar;
static struct find_names *names;

struct similar **kept_similar(void)
{
    return &similar;
}

struct find_names *kept_names(void)
{
    if (names == NULL)
        names = find_names_create(FIND_KEPT_PEOPLE_MAX);
    return names;
}

void kept_forget(void)
{
    similar_destroy(similar);
    find_names_destroy(names);
    similar = NULL;
    names = NULL;
}
