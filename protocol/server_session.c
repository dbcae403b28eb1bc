// SPDX-License-Identifier: Apache-2.0
/* (to be written) */
typedef int teren_server_session_is_empty;
