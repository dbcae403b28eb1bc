// SPDX-License-Identifier: Apache-2.0
/* Choices, kept as settings of the store.
 *
 * Not here:  catalogues.
 */
#include "agent/app/settings.h"

#define LANGUAGE_SETTING "language"

bool settings_language(struct store *store, const struct catalogue **ret, struct error *err)
{
    char language[STORE_SETTING_BYTES_MAX + 1];

    *ret = NULL;
    if (!store_setting(store, LANGUAGE_SETTING, language, err))
        return false;
    *ret = language[0] == '\0' ? NULL : catalogue_of(language);
    return true;
}

bool settings_set_language(struct store *store, const char *language, struct error *err)
{
    const struct catalogue *words = catalogue_of(language);

    if (words == NULL)
        return error_set(err, ERROR_INVALID, "Choose one of the languages offered.", "\"%.60s\" is no language that Teren speaks",
                         language);
    return store_set_setting(store, LANGUAGE_SETTING, words->language, err);
}
