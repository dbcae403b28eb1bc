// SPDX-License-Identifier: Apache-2.0
/* `teren mend`: a damaged store is replaced by what could be read of it.
 *
 * Here:      the order in which files take each other's place; what a person is told of it.
 * Not here:  reading what is damaged (agent/store/mend.c).
 */
#ifndef AGENT_APP_MEND_H
#define AGENT_APP_MEND_H

#include "agent/store/store.h"
#include "protocol/catalogue.h"

struct mended {
    struct store_mended store;
    char kept[512]; /* where the damaged file lies now: nothing is thrown away */
};
enum { MENDED_WORDS_SIZE = 2400 };

/* Nobody may have the store open. One in which nothing is wrong is refused (ERROR_INVALID). The damaged file is kept as
 * "<path>-damaged-N". On false everything is where it was. */
bool mend_store(const char *path, const struct store_ports *ports, struct mended *ret, struct error *err);
/* A few lines: what was saved, what was not, what to do next. */
void mended_words(const struct catalogue *words, const struct mended *mended, char ret[MENDED_WORDS_SIZE]);

#endif
