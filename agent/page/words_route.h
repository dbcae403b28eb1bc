// SPDX-License-Identifier: Apache-2.0
/* The page's words: its texts in a language, and what letters fold to for search.
 *
 * Here:      GET /words/LANGUAGE.json and GET /fold.json, as JSON.
 * Not here:  catalogues and folding (protocol/catalogue.h, protocol/text.h), choosing a language (the page).
 */
#ifndef AGENT_PAGE_WORDS_ROUTE_H
#define AGENT_PAGE_WORDS_ROUTE_H

#include "protocol/bytes.h"
#include "protocol/catalogue.h"

/* catalogue_page_json(). */
bool words_write(const struct catalogue *words, struct bytes *out, struct error *err);
/* {character: what it folds to}: those that differ from themselves once a text is NFC and lower case. */
bool fold_write(struct bytes *out, struct error *err);

#endif
