// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_row_is_empty;
