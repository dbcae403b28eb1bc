// SPDX-License-Identifier: Apache-2.0
/* What every story needs: the world's words, and a program that runs the chapters.
 *
 * Here:      includes.
 * Not here:  words of its own.
 */
#ifndef TESTS_STORIES_STORY_H
#define TESTS_STORIES_STORY_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/suite.h"
#include "tests/world/world.h"

#endif
