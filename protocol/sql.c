// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_sql_is_empty;
