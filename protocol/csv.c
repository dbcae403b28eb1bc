// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_csv_is_empty;
