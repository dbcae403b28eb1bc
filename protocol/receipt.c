// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_receipt_is_empty;
