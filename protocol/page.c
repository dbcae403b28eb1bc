// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_page_is_empty;
