// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_arena_is_empty;
