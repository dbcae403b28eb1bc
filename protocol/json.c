// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_json_is_empty;
