// SPDX-License-Identifier: Apache-2.0
/* What every fuzz target is made of: the entry point that libFuzzer and replay.c call, and a way to say that a promise broke.
 *
 * Here:      the two declarations.
 * Not here:  any target.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program when `holds` is false, so that the input that broke it is kept. */
static inline void fuzz_require(bool holds)
{
    if (!holds)
        abort();
}

#endif
