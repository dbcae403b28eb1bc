// SPDX-License-Identifier: Apache-2.0
/* Values that may be stored and are hardly meant: a year of birth still to come, a telephone number of three digits.
 *
 * Here:      what is odd about a value, as a sentence.
 * Not here:  what is refused (entities.h). What was seen in the field is taken as it is said; whoever typed it is told.
 */
#ifndef PROTOCOL_PLAUSIBLE_H
#define PROTOCOL_PLAUSIBLE_H

#include "protocol/entities.h"

enum { PLAUSIBLE_PHONE_DIGITS_MIN = 5 };

/* An English sentence without a value in it, to be said; NULL: nothing is odd. typed: as a person typed it; this_year: 0 not known. */
const char *plausible_oddity(const struct entity *entity, const char *field, const char *typed, int64_t this_year);
/* The year of a moment. */
int64_t plausible_year(int64_t now_ms);

#endif
