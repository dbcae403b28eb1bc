// SPDX-License-Identifier: Apache-2.0
/* The page's files, inside the program.
 *
 * Here:      the table that embed.c makes of agent/page/web at build time.
 * Not here:  serving them (serve.c), the files (web/).
 * Why inside one file is installed, nothing beside it can go missing or be of another version.
 */
#ifndef AGENT_PAGE_ASSETS_H
#define AGENT_PAGE_ASSETS_H

#include <stddef.h>
#include <stdint.h>

enum { ASSETS_BYTES_MAX = 250 * 1000 }; /* of all files: what a tablet loads at the first opening; a test holds it */

struct page_asset {
    const char *path; /* "/" for index.html, else "/main.js" */
    const char *media_type;
    const uint8_t *data;
    size_t size;
};
extern const struct page_asset page_assets[];
extern const size_t page_asset_count;

#endif
